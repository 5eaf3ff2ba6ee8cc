import { tableaus } from "@eddyflow/samplers/descriptions";
import { z } from "zod";

export { z };

/** A number above 0. */
export const positive = z.number().positive();
/** A whole number of at least 1. */
export const count = z.int().positive();

/** A Runge–Kutta method, by the name of its Butcher tableau. */
export const tableau = z.enum(tableaus.map(({ name }) => name));

/** How large an error is. */
export const norm = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("l2") }).describe("mean e²"),
    z
      .strictObject({
        kind: z.literal("sobolev"),
        alpha: z.number().nonnegative().default(1).describe("weight of the error itself"),
        beta: z
          .number()
          .nonnegative()
          .default(1)
          .describe("weight of the error's gradient, taken per cell"),
        timePower: z
          .number()
          .nonnegative()
          .default(0)
          .describe("p of the weight β tᵖ; 2 leaves the gradients of what is noise still out"),
      })
      .describe("mean(α e² + β tᵖ ‖h ∇e‖²)"),
  ])
  .prefault({ kind: "l2" })
  .describe("how large an error is: l2, or sobolev, which weighs its gradient too");
export type NormRecipe = z.output<typeof norm>;

const minimum = z.number().min(1e-6).max(1).default(1e-3).describe("the smallest δ");

/** How the increments δ of a flow map are drawn, with t so that t + δ ≤ 1. */
export const increments = z
  .discriminatedUnion("kind", [
    z
      .strictObject({
        kind: z.literal("dyadic"),
        levels: count.max(30).default(4).describe("δ is 1, ½, …, 2^(1 − levels)"),
      })
      .describe("δ and t on the grids that samplers of equal steps visit"),
    z
      .strictObject({ kind: z.literal("square-root"), minimum })
      .describe("long increments more often than short ones; t uniform"),
    z
      .strictObject({ kind: z.literal("uniform"), minimum })
      .describe("δ uniform on [minimum, 1]; t uniform"),
    z
      .strictObject({
        kind: z.literal("beta"),
        alpha: z.number().min(0.01).max(100).default(0.5).describe("first shape of the beta law"),
        beta: z.number().min(0.01).max(100).default(1).describe("second shape of the beta law"),
        minimum,
      })
      .describe("δ from a beta law on [minimum, 1]; t uniform"),
    z
      .strictObject({
        kind: z.literal("logit-normal"),
        mean: z.number().min(-10).max(10).default(0).describe("mean of the logit of δ"),
        deviation: positive.max(10).default(1).describe("deviation of the logit of δ"),
        minimum,
      })
      .describe("δ around 1/(1 + e^−mean); t uniform"),
    z
      .strictObject({
        kind: z.literal("fixed"),
        steps: count.default(4).describe("δ is about 1/steps"),
        jitter: z
          .number()
          .min(0)
          .lt(1)
          .default(0)
          .describe("how far δ strays from it, relative to it"),
      })
      .describe("δ of one sampler's steps; t uniform"),
  ])
  .prefault({ kind: "dyadic" })
  .describe("how increments δ and flow times t are drawn while the map is trained");
export type IncrementRecipe = z.output<typeof increments>;

/** What a method says of its own training where it differs from the others. */
export interface TrainingDefaults {
  readonly iterations?: number;
  readonly learningRate?: { readonly max: number; readonly min: number };
}

/** What every training run needs: keys for a method's recipe. */
export const training = ({
  iterations = 20_000,
  learningRate = { max: 2e-4, min: 1e-6 },
}: TrainingDefaults = {}) => ({
  iterations: count
    .default(iterations)
    .describe("budget in optimizer steps, and the period of the cosine schedule"),
  batchSize: count.default(8).describe("pairs in a batch"),
  learningRate: z
    .strictObject({
      max: positive.default(learningRate.max).describe("at the first step"),
      min: z.number().nonnegative().default(learningRate.min).describe("at the last step"),
    })
    .refine(({ max, min }) => min <= max, "min is larger than max")
    .prefault({})
    .describe("Adam's learning rate falls along half a cosine over the budget"),
  norm,
  clipNorm: positive
    .default(1)
    .describe("gradients of a larger Euclidean norm are scaled down to it"),
  averageDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0.999)
    .describe("decay per step of the averaged weights, which are evaluated and taught from"),
  validateEvery: count.default(2000).describe("steps between two validations"),
  validationPairs: count.default(32).describe("held-out pairs of a validation"),
  checkpointEvery: count.default(2000).describe("steps between two checkpoints"),
});

const trainingRecipe = z.object(training());
/** What every recipe holds. */
export type TrainingRecipe = z.output<typeof trainingRecipe>;

/** How a velocity field is run: a Runge–Kutta method and a number of equal steps. */
export const integration = (defaults: {
  readonly tableau: z.output<typeof tableau>;
  readonly steps: number;
}) =>
  z
    .strictObject({
      tableau: tableau.default(defaults.tableau).describe("Runge–Kutta method"),
      steps: count.default(defaults.steps).describe("equal steps from noise to data"),
    })
    .prefault({})
    .describe("how the trained model is meant to be run");
