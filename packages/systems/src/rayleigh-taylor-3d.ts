import { ArgumentError } from "@eddyflow/core";
import {
  rayleighTaylorChannels,
  rayleighTaylorInterface,
  rayleighTaylor3d as stepperOf,
} from "@eddyflow/pde";
import { foldIn, integers } from "@eddyflow/random";
import { z } from "zod";
import type { Immutable } from "./immutable.ts";
import { notNegative, positive, recorded, strideFits } from "./recorded.ts";
import type { ObservedSolver, System } from "./system.ts";

const cells = z.int().min(4);

const recipe = z
  .strictObject({
    system: z.literal("rayleigh-taylor-3d"),
    numPoints: z
      .tuple([cells, cells, cells])
      .default([128, 128, 128])
      .describe(
        "cells of the solver along z (up), y and x; cells are cubes, and the box is 1 wide in x",
      ),
    atwood: z
      .array(positive.lt(1))
      .min(1)
      .default([3 / 4, 1 / 2, 1 / 4, 1 / 8, 1 / 16])
      .describe("Atwood numbers (ρ₂ − ρ₁)/(ρ₂ + ρ₁); the trajectories take them in turn"),
    reducedGravity: positive
      .default(1)
      .describe("Atwood number times gravity: layers of every Atwood number grow in the same time"),
    // On the default cells the fastest motion has a Reynolds number of about ten per cell.
    viscosity: notNegative
      .default(1e-3)
      .describe("kinematic viscosity of both fluids, as length² per time"),
    diffusivity: notNegative
      .default(1e-3)
      .describe("diffusivity of one fluid in the other, as length² per time"),
    interfaces: z
      .array(
        z.strictObject({
          mu: z.number().describe("mean of ln k, with k in waves per box"),
          sigma: positive.describe("standard deviation of ln k"),
          phaseSpread: notNegative
            .max(Math.PI)
            .describe("phases lie within ± this angle, in radians"),
        }),
      )
      .min(1)
      // The Well's nine spectra.
      .default(
        [1, 4, 16].flatMap((mu) =>
          [1 / 4, 1 / 2, 1].map((sigma) => ({ mu, sigma, phaseSpread: Math.PI })),
        ),
      )
      .describe("spectra of the first interface; each trajectory draws one of them"),
    // To t = 2.95, when the layer reaches the walls; 9, 2 and 2 trajectories of each Atwood number.
    ...recorded({
      frameInterval: 0.025,
      frames: 119,
      trajectories: { train: 45, validation: 10, test: 10 },
      pointStride: 4,
      frameStride: 5,
      timestamp: true,
    }),
  })
  .refine(
    ({ numPoints, observation }) => numPoints.every((points) => strideFits(observation, points)),
    { path: ["observation", "pointStride"], message: "does not divide numPoints" },
  );

/** The recipe of `rayleighTaylor3d`, complete. */
export type RayleighTaylorRecipe = Immutable<z.output<typeof recipe>>;
/** The same as a person writes it: only `system` is needed. */
export type RayleighTaylorInput = Immutable<z.input<typeof recipe>>;

const extentOf = ([nz, ny, nx]: RayleighTaylorRecipe["numPoints"]) =>
  [nz / nx, ny / nx, 1] as const;

const atwoodOf = ({ atwood }: RayleighTaylorRecipe, index: number): number =>
  atwood[index % atwood.length] as number;

function solver(): ObservedSolver {
  throw new ArgumentError({
    problem:
      "the Rayleigh–Taylor solver cannot go on from an observed state: the Atwood number and the motion between the observed cells are not observed",
    expected: "persistence and climatology beside the models",
    remedy: "leave solver out of --models",
  });
}

/**
 * A heavy fluid on top of a light one, both incompressible and miscible, starting at rest in a box that is 1 wide along
 * x, with slip walls below and above and periodic sides; channels vx, vy, vz, density (1 where the fluid is heavy).
 */
export const rayleighTaylor3d = {
  name: "rayleigh-taylor-3d",
  about: "Rayleigh–Taylor mixing in a box: a heavy fluid falls into a light one",
  recipe,
  layout: ({ numPoints }) => ({
    grid: {
      shape: numPoints,
      extent: extentOf(numPoints),
      boundary: ["wall", "periodic", "periodic"],
    },
    channels: rayleighTaylorChannels,
    vectors: [{ channels: ["vx", "vy", "vz"], axes: [2, 1, 0] }],
  }),
  prepare: (recipe) => {
    const { numPoints, interfaces, reducedGravity, viscosity, diffusivity, frameInterval } = recipe;
    const extent = extentOf(numPoints);
    const stepperFor = (atwood: number) =>
      stepperOf({
        numPoints,
        extent,
        atwood,
        viscosity,
        diffusivity,
        gravity: reducedGravity / atwood,
        frameInterval,
      });
    // A solver is large, so that each is made when its turn comes. This one refuses a recipe that cannot be computed.
    stepperFor(atwoodOf(recipe, 0));
    return {
      begin: (key, index) => {
        const atwood = atwoodOf(recipe, index);
        const [chosen = 0] = integers(foldIn(key, 0), 1, interfaces.length);
        const spectrum = interfaces[chosen] as (typeof interfaces)[number];
        const options = { ...spectrum, atwood, extent };
        return {
          stepper: stepperFor(atwood),
          state: rayleighTaylorInterface(foldIn(key, 1), numPoints, options),
        };
      },
      warmUpSteps: 0,
      stepsPerFrame: 1,
      record: (state) => state,
    };
  },
  parameters: (recipe, index) => ({ atwood: atwoodOf(recipe, index) }),
  solver,
} as const satisfies System<RayleighTaylorRecipe>;
