import { ArgumentError } from "@eddyflow/core";
import { randomFourierField, kuramotoSivashinsky2d as stepperOf } from "@eddyflow/pde";
import { resample } from "@eddyflow/spectral";
import { z } from "zod";
import type { Immutable } from "./immutable.ts";
import { isMultiple } from "./is-multiple.ts";
import { pointStrideOf } from "./point-stride-of.ts";
import { notNegative, positive, recorded, strideFits } from "./recorded.ts";
import type { ObservedSolver, SolverOptions, System } from "./system.ts";

const recipe = z
  .strictObject({
    system: z.literal("kuramoto-sivashinsky-2d"),
    operator: z
      .enum(["biharmonic", "sum-of-fourth-powers"])
      .default("biharmonic")
      .describe("the fourth-order term: symbol |k|⁴ (biharmonic) or kx⁴ + ky⁴"),
    extent: positive
      .default(100)
      .describe("length of the periodic box along each axis; the most unstable wave is 2π√2 long"),
    numPoints: z.int().min(4).default(256).describe("points of the solver along each axis"),
    dt: positive
      .default(0.1)
      .describe("time step of the solver; frameInterval is a multiple of it"),
    warmUp: notNegative
      .default(100)
      .describe("time from the random initial field to the first frame, a multiple of dt"),
    // 201 frames are 100 time units: twins that differ by 1 % lose their correlation in a third of that.
    ...recorded({
      frameInterval: 0.5,
      frames: 201,
      trajectories: { train: 64, validation: 8, test: 16 },
      pointStride: 1,
    }),
  })
  .refine(({ numPoints, observation }) => strideFits(observation, numPoints), {
    path: ["observation", "pointStride"],
    message: "does not divide numPoints",
  })
  .refine(({ frameInterval, dt }) => isMultiple(frameInterval, dt) && frameInterval >= dt, {
    path: ["frameInterval"],
    message: "is not a multiple of dt",
  })
  .refine(({ warmUp, dt }) => isMultiple(warmUp, dt), {
    path: ["warmUp"],
    message: "is not a multiple of dt",
  });

/** The recipe of `kuramotoSivashinsky2d`, complete. */
export type KuramotoSivashinskyRecipe = Immutable<z.output<typeof recipe>>;
/** The same as a person writes it: only `system` is needed. */
export type KuramotoSivashinskyInput = Immutable<z.input<typeof recipe>>;

/**
 * At L = 120 the standard deviation on the attractor is 4.1 to 4.4 with 128 points or more, above 9 with 96, and 80 diverge,
 * with any dt from .05 to .2: waves of |k| < 2 alone do not take out what the unstable ones bring in.
 */
function advice({ numPoints, extent }: KuramotoSivashinskyRecipe): string | null {
  const needed = Math.ceil(extent);
  return numPoints >= needed
    ? null
    : `${numPoints} points are few for a box of length ${extent}: too little is damped, so that amplitudes grow too large or the solution ends; take ${needed} or more`;
}

/** The solver from the observed points, which are Fourier-interpolated to the solver's own. */
function solver(
  { numPoints, extent, dt, operator, frameInterval, observation }: KuramotoSivashinskyRecipe,
  { name, pointStride }: SolverOptions,
): ObservedSolver {
  const between = pointStrideOf(observation);
  const [seen, n, coarser] = [numPoints / between, numPoints / pointStride, between / pointStride];
  if (!Number.isInteger(n) || !Number.isInteger(coarser)) {
    throw new ArgumentError({
      problem: `${name} has no grid: the simulation has ${numPoints} points per axis, and ${seen} are observed`,
      expected: `a stride that divides ${between}`,
      remedy: `write solver, or solver:${between} for the observed grid`,
    });
  }
  const steps = Math.round(frameInterval / dt);
  const stepper = stepperOf({ numPoints: n, extent, dt, operator });
  return {
    channels: 1,
    description: `ETDRK4 on ${n} × ${n} points, ${steps} ${steps === 1 ? "step" : "steps"} of ${dt}`,
    begin: (state) => resample(Float64Array.from(state), [seen, seen], [n, n]),
    step: (state) => stepper.step(state, steps),
    observe: (state) =>
      Float32Array.from({ length: seen * seen }, (_, i) => {
        const [y, x] = [Math.floor(i / seen), i % seen];
        return state[coarser * (y * n + x)] as number;
      }),
  };
}

/**
 * uₜ + Δu + ∇⁴u + ½‖∇u‖² = 0 on a periodic square, with the spatial mean held constant; one channel, u. From small
 * random waves through the warm-up to frames of the attractor.
 */
export const kuramotoSivashinsky2d = {
  name: "kuramoto-sivashinsky-2d",
  about: "the two-dimensional Kuramoto–Sivashinsky equation: chaos on a periodic square",
  recipe,
  layout: ({ numPoints, extent }) => ({
    grid: {
      shape: [numPoints, numPoints],
      extent: [extent, extent],
      boundary: ["periodic", "periodic"],
    },
    channels: ["u"],
  }),
  prepare: ({ numPoints, extent, dt, operator, frameInterval, warmUp }) => {
    const stepper = stepperOf({ numPoints, extent, dt, operator });
    return {
      begin: (key) => ({ stepper, state: randomFourierField(key, stepper.shape) }),
      warmUpSteps: Math.round(warmUp / dt),
      stepsPerFrame: Math.round(frameInterval / dt),
      record: (state) => state,
    };
  },
  advice,
  solver,
} as const satisfies System<KuramotoSivashinskyRecipe>;
