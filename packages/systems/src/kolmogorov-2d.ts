import { ArgumentError, type Key } from "@eddyflow/core";
import { type FieldLayout, observe } from "@eddyflow/datasets";
import { kolmogorovModes, type Stepper, kolmogorov2d as stepperOf } from "@eddyflow/pde";
import { foldIn, normal } from "@eddyflow/random";
import { resample } from "@eddyflow/spectral";
import { z } from "zod";
import type { Immutable } from "./immutable.ts";
import { isMultiple } from "./is-multiple.ts";
import { pointStrideOf } from "./point-stride-of.ts";
import { notNegative, observation, positive, recorded, strideFits } from "./recorded.ts";
import type { Course, ObservedSolver, SolverOptions, System } from "./system.ts";
import { undoAverage } from "./undo-average.ts";

const wave = z.int();

const recipe = z
  .strictObject({
    system: z.literal("kolmogorov-2d"),
    numPoints: z.int().min(4).default(256).describe("points of the solver along each axis"),
    extent: positive.default(2 * Math.PI).describe("length of the periodic box along each axis"),
    viscosity: notNegative.default(1e-3).describe("ν, as length² per time"),
    drag: notNegative.default(0.1).describe("α, by which all scales slow down alike, per time"),
    modes: z
      .array(z.tuple([wave, wave]))
      .min(1)
      .default(kolmogorovModes.map(([x, y]) => [x, y]))
      .describe("the modes that are stirred, as whole waves per box along x and y"),
    strength: notNegative
      .default(1)
      .describe("σ of the noise in the vorticity's modes, per √time and time"),
    stochastic: z
      .boolean()
      .default(true)
      .describe(
        "whether the noise goes on after the warm-up; without it each state follows from the one before",
      ),
    dt: positive
      .default(0.0125)
      .describe("time step of the solver; frameInterval and warmUp are multiples of it"),
    // Ten times as long as it takes the energy to forget, 1/2α.
    warmUp: notNegative
      .default(50)
      .describe("time from rest to the first frame, a multiple of dt, always with noise"),
    ...recorded({
      frameInterval: 0.5,
      frames: 200,
      trajectories: { train: 400, validation: 50, test: 50 },
      pointStride: 1,
    }),
    observation: observation
      .default([{ kind: "average", points: 4 }])
      .describe("what is seen of the vorticity: { pointStride }, or a list of steps"),
  })
  .refine(({ numPoints, observation }) => strideFits(observation, numPoints), {
    path: ["observation", "pointStride"],
    message: "does not divide numPoints",
  })
  .refine(({ numPoints, modes }) => modes.flat().every((n) => 3 * Math.abs(n) < numPoints), {
    path: ["modes"],
    message: "holds a wave that is not below a third of numPoints",
  })
  .refine(({ modes }) => modes.every(([x, y]) => x !== 0 || y !== 0), {
    path: ["modes"],
    message: "holds [0, 0], the mean, which stays 0",
  })
  .refine(({ frameInterval, dt }) => isMultiple(frameInterval, dt) && frameInterval >= dt, {
    path: ["frameInterval"],
    message: "is not a multiple of dt",
  })
  .refine(({ warmUp, dt }) => isMultiple(warmUp, dt), {
    path: ["warmUp"],
    message: "is not a multiple of dt",
  });

/** The recipe of `kolmogorov2d`, complete. */
export type KolmogorovRecipe = Immutable<z.output<typeof recipe>>;
/** The same as a person writes it: only `system` is needed. */
export type KolmogorovInput = Immutable<z.input<typeof recipe>>;

/**
 * Steppers that share their work arrays and differ in their noise alone.
 *
 * @param numPoints - of the grid along each axis.
 * @returns a stepper with the noise of a key in the steps before `until`; none without a key.
 */
function stirred(
  { extent, viscosity, drag, dt, modes, strength }: KolmogorovRecipe,
  numPoints: number,
): (key: Key | null, until?: number) => Stepper {
  let noise: (step: number) => ArrayLike<number> | null = () => null;
  const forcing = { modes, strength, noise: (step: number) => noise(step) };
  const shared = stepperOf({ numPoints, extent, viscosity, drag, dt, forcing });
  return (key, until = Number.POSITIVE_INFINITY) => ({
    ...shared,
    step: (...given) => {
      noise = (step) =>
        key !== null && step < until ? normal(foldIn(key, step), 2 * modes.length) : null;
      return shared.step(...given);
    },
  });
}

function prepare(options: KolmogorovRecipe): Course {
  const { numPoints, dt, stochastic } = options;
  const warmUpSteps = Math.round(options.warmUp / dt);
  const stepper = stirred(options, numPoints);
  return {
    begin: (key) => ({
      stepper: stepper(key, stochastic ? undefined : warmUpSteps),
      state: new Float64Array(numPoints * numPoints),
    }),
    warmUpSteps,
    stepsPerFrame: Math.round(options.frameInterval / dt),
    record: (state) => state,
    ...(stochastic && { branch: (key: Key) => stepper(key) }),
  };
}

const layout = ({ numPoints, extent }: KolmogorovRecipe): FieldLayout => ({
  grid: {
    shape: [numPoints, numPoints],
    extent: [extent, extent],
    boundary: ["periodic", "periodic"],
  },
  channels: ["vorticity"],
});

/**
 * The solver from what is seen: means over boxes, which are undone, or points. Waves that were not seen start from 0. A
 * coarser state is brought to the simulation's points before it is seen.
 */
function solver(recipe: KolmogorovRecipe, { name, pointStride }: SolverOptions): ObservedSolver {
  const { numPoints, dt, frameInterval, observation, stochastic } = recipe;
  const box = boxOf(observation);
  const between = box ?? pointStrideOf(observation);
  const [seen, n] = [numPoints / between, numPoints / pointStride];
  if (!Number.isInteger(n) || n % seen !== 0) {
    throw new ArgumentError({
      problem: `${name} has no grid: the simulation has ${numPoints} points per axis, and ${seen} are observed`,
      expected: `a stride that divides ${between}`,
      remedy: `write solver, or solver:${between} for the observed grid`,
    });
  }
  const steps = Math.round(frameInterval / dt);
  const stepper = stirred(recipe, n);
  const square = (points: number) => [points, points];
  return {
    channels: 1,
    stochastic,
    description: `ETDRK4 on ${n} × ${n} points, ${steps} ${steps === 1 ? "step" : "steps"} of ${dt}`,
    begin: (state) => {
      const values = Float64Array.from(state);
      return box === null
        ? resample(values, square(seen), square(n))
        : undoAverage(values, { seen, points: box, n });
    },
    step: (state, key = null) => stepper(stochastic ? key : null).step(state, steps),
    observe: (state) =>
      observe(resample(state, square(n), square(numPoints)), layout(recipe), observation),
  };
}

/** The cells along each axis of the boxes whose means alone are seen; null where it is something else. */
function boxOf(observation: KolmogorovRecipe["observation"]): number | null {
  if ("pointStride" in observation || observation.length !== 1) return null;
  const [step] = observation;
  return step?.kind === "average" && typeof step.points === "number" ? step.points : null;
}

/**
 * Two-dimensional incompressible flow on a periodic square, stirred at random on a few modes; one channel, the vorticity.
 * The same state has many next ones: what a forecast has to match is a distribution. From rest through the warm-up to
 * frames of the statistically steady state, or, with `stochastic: false`, of a flow that decays from there.
 */
export const kolmogorov2d = {
  name: "kolmogorov-2d",
  about: "two-dimensional Kolmogorov flow, stirred at random: many next states of each",
  recipe,
  layout,
  prepare,
  solver,
} as const satisfies System<KolmogorovRecipe>;
