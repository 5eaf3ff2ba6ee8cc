import { ArgumentError } from "@eddyflow/core";
import {
  averageState,
  compressibleChannels,
  randomState,
  compressibleNavierStokes2d as stepperOf,
  turbulentVelocity,
} from "@eddyflow/pde";
import { z } from "zod";
import type { Immutable } from "./immutable.ts";
import { pointStrideOf } from "./point-stride-of.ts";
import { notNegative, positive, recorded, strideFits } from "./recorded.ts";
import { refineCells } from "./refine-cells.ts";
import type { ObservedSolver, SolverOptions, System } from "./system.ts";

const recipe = z
  .strictObject({
    system: z.literal("compressible-navier-stokes-2d"),
    // HLLC is dissipative at low Mach numbers: on 64² cells itself the velocity would be off by several per cent.
    numPoints: z.int().min(4).default(256).describe("cells of the solver along each axis"),
    averagedTo: z
      .int()
      .min(4)
      .default(64)
      .describe("recorded cells along each axis, means that keep mass, momentum and energy"),
    mach: positive.default(0.1).describe("Mach number of the initial velocity"),
    eta: notNegative.default(1e-8).describe("shear viscosity η, as mass per length and time"),
    zeta: notNegative.default(1e-8).describe("bulk viscosity ζ, as mass per length and time"),
    initial: z
      .discriminatedUnion("kind", [
        z.strictObject({
          kind: z.literal("turbulence"),
          projection: z.enum(["solenoidal", "shifted"]).default("shifted"),
        }),
        z.strictObject({ kind: z.literal("random") }),
      ])
      .default({ kind: "turbulence", projection: "shifted" })
      .describe("the first frame: PDEBench's Turb (turbulence) or Rand (random)"),
    // t = 0 … 0.7, as PDEBench's published data.
    ...recorded({
      frameInterval: 0.05,
      frames: 15,
      trajectories: { train: 800, validation: 100, test: 100 },
      pointStride: 1,
    }),
  })
  .refine(({ numPoints, averagedTo }) => numPoints % averagedTo === 0, {
    path: ["averagedTo"],
    message: "does not divide numPoints",
  })
  .refine(({ averagedTo, observation }) => strideFits(observation, averagedTo), {
    path: ["observation", "pointStride"],
    message: "does not divide averagedTo",
  });

/** The recipe of `compressibleNavierStokes2d`, complete. */
export type CompressibleNavierStokesRecipe = Immutable<z.output<typeof recipe>>;
/** The same as a person writes it: only `system` is needed. */
export type CompressibleNavierStokesInput = Immutable<z.input<typeof recipe>>;

const square = (points: number) => [points, points] as const;

/** The solver from the observed cells, which are reconstructed with limited slopes on the solver's own. */
function solver(
  { numPoints, averagedTo, eta, zeta, frameInterval, observation }: CompressibleNavierStokesRecipe,
  { name, pointStride }: SolverOptions,
): ObservedSolver {
  if (pointStrideOf(observation) !== 1) {
    throw new ArgumentError({
      problem: "the solver needs every recorded cell, and only some of them are observed",
      expected: "data observed without a stride",
      remedy: "leave solver out of --models",
    });
  }
  const cells = numPoints / pointStride;
  const split = cells / averagedTo;
  if (!Number.isInteger(cells) || !Number.isInteger(split)) {
    const coarsest = numPoints / averagedTo;
    throw new ArgumentError({
      problem: `${name} has no grid: the simulation has ${numPoints} cells per axis, averaged to ${averagedTo}`,
      expected: `a stride that divides ${coarsest}`,
      remedy: `write solver, or solver:${coarsest} for the observed grid`,
    });
  }
  const stepper = stepperOf({ numPoints: cells, eta, zeta, frameInterval });
  const channels = compressibleChannels.length;
  return {
    channels,
    description: `HLLC on ${cells} × ${cells} cells, substeps as CFL 0.3 asks for`,
    begin: (state) => refineCells(state, averagedTo, split, channels),
    step: (state) => stepper.step(state),
    observe: (state) => Float32Array.from(averageState(state, square(cells), square(averagedTo))),
  };
}

/**
 * A viscous gas with γ = 5/3 on the periodic unit square; channels vx, vy, density, pressure. It is recorded from the
 * initial state on: solved on fine cells, averaged to coarse ones.
 */
export const compressibleNavierStokes2d = {
  name: "compressible-navier-stokes-2d",
  about: "a viscous gas on a periodic square: decaying turbulence, or PDEBench's random states",
  recipe,
  layout: ({ averagedTo }) => ({
    grid: { shape: square(averagedTo), extent: [1, 1], boundary: ["periodic", "periodic"] },
    channels: compressibleChannels,
    vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
  }),
  prepare: ({ numPoints, averagedTo, mach, eta, zeta, initial, frameInterval }) => {
    const cells = square(numPoints);
    const stepper = stepperOf({ numPoints, eta, zeta, frameInterval });
    return {
      begin: (key) => ({
        stepper,
        state:
          initial.kind === "random"
            ? randomState(key, cells, { mach })
            : turbulentVelocity(key, cells, { mach, projection: initial.projection }),
      }),
      warmUpSteps: 0,
      stepsPerFrame: 1,
      record: (state) => averageState(state, cells, square(averagedTo)),
    };
  },
  solver,
} as const satisfies System<CompressibleNavierStokesRecipe>;
