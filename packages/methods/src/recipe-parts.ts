import { spacings, tableaus } from "@eddyflow/samplers/descriptions";
import { z } from "zod";

export { z };

/** A number above 0. */
export const positive = z.number().positive();
/** A whole number of at least 1. */
export const count = z.int().positive();

/** A Runge–Kutta method, by the name of its Butcher tableau. */
export const tableau = z.enum(tableaus.map(({ name }) => name));

/** How the steps of a path lie in flow time, by the name of a spacing. */
export const spacing = z
  .enum(spacings.map(({ name }) => name))
  .optional()
  .describe(
    `how the steps lie in flow time: ${spacings.map(({ name, about }) => `${name}, ${about}`).join("; ")}; uniform if not given`,
  );

/** How large an error is. */
export const norm = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("l2") }).describe("mean e²"),
    z
      .strictObject({
        kind: z.literal("sobolev"),
        alpha: z.number().nonnegative().default(1).describe("weight of the error itself"),
        alphaPower: z
          .number()
          .nonnegative()
          .default(0)
          .describe("q of the weight α t^q; 0 weighs errors alike at all flow times"),
        beta: z
          .number()
          .nonnegative()
          .default(1)
          .describe("weight of the error's gradient, taken per cell"),
        gamma: z
          .number()
          .nonnegative()
          .optional()
          .describe("weight of the error's second differences, for the smallest scales alone"),
        timePower: z
          .number()
          .nonnegative()
          .default(0)
          .describe(
            "p of the weights β tᵖ and γ tᵖ; 2 leaves the gradients of what is noise still out",
          ),
        differences: z
          .enum(["central", "forward"])
          .optional()
          .describe("how ∇ is taken: central if not given; forward sees waves of two cells too"),
      })
      .describe("mean(α t^q e² + β tᵖ ‖h ∇e‖² + γ tᵖ ‖h² ∇²e‖²)"),
    z
      .strictObject({
        kind: z.literal("own"),
        norm: z.string().describe("the name of a function of the experiment module"),
      })
      .describe("a norm that the experiment module brings"),
  ])
  .prefault({ kind: "l2" })
  .describe("how large an error is: l2, or sobolev, which weighs its gradient too");
export type NormRecipe = z.output<typeof norm>;

/** How the flow times of a velocity are drawn while it is trained. */
export const flowTimes = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("uniform") }).describe("t uniform on [0, 1)"),
    z
      .strictObject({
        kind: z.literal("logit-normal"),
        mu: z
          .number()
          .min(-10)
          .max(10)
          .default(0)
          .describe("μ; below 0 more times lie near noise, above 0 near data"),
        sigma: z
          .number()
          .min(0.01)
          .max(10)
          .default(1)
          .describe("σ; small ones gather the times around 1/(1 + e^(−μ))"),
      })
      .describe("ln(t/(1 − t)) normal with mean μ and deviation σ: few times near the ends"),
  ])
  .prefault({ kind: "uniform" })
  .describe("how flow times t are drawn while the velocity is trained");

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

/** How parameters follow their gradients. */
export const optimizer = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("adam") }).describe("Adam"),
    z
      .strictObject({
        kind: z.literal("adamw"),
        weightDecay: z
          .number()
          .nonnegative()
          .default(0.01)
          .describe("λ: a step shrinks weights, not biases, by λ times the learning rate"),
      })
      .describe("Adam with decoupled weight decay"),
  ])
  .prefault({ kind: "adam" })
  .describe("adam, or adamw, which lets weights decay");

/** How the learning rate goes over the budget of a run. */
export const schedule = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("cosine") }).describe("from max to min along half a cosine"),
    z.strictObject({ kind: z.literal("constant") }).describe("max at each step"),
    z
      .strictObject({
        kind: z.literal("warmup-cosine"),
        warmUp: z
          .number()
          .min(0)
          .lt(1)
          .default(0.05)
          .describe("share of the budget in which the rate rises to max"),
      })
      .describe("a straight rise to max, then half a cosine to min"),
  ])
  .prefault({ kind: "cosine" })
  .describe("how the learning rate goes over the budget");

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
    .describe("budget in optimizer steps, and the length of the schedule"),
  batchSize: count.default(8).describe("pairs in a batch"),
  batchParts: count
    .default(1)
    .describe(
      "gradient accumulation: parts that a batch is computed in one after the other, in less memory, to the same gradient",
    ),
  learningRate: z
    .strictObject({
      max: positive.default(learningRate.max).describe("the largest"),
      min: z.number().nonnegative().default(learningRate.min).describe("at the end of a cosine"),
    })
    .refine(({ max, min }) => min <= max, "min is larger than max")
    .prefault({})
    .describe("the learning rate, between these as the schedule says"),
  schedule,
  optimizer,
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
  patience: z
    .int()
    .min(0)
    .default(0)
    .describe("validations without a better score that end a run early; 0 for none"),
  validationPairs: count.default(32).describe("held-out pairs of a validation"),
  checkpointEvery: count.default(2000).describe("steps between two checkpoints"),
});

const commonTraining = z.object(training());
/** What recipes have in common. */
export type CommonTraining = z.output<typeof commonTraining>;
/** What every recipe holds: a loss that is a score has no norm. */
export type TrainingRecipe = Omit<CommonTraining, "norm">;

/** How an ensemble is scored: keys for a method's recipe. */
export const score = (defaults: { readonly members: number; readonly alpha: number }) => ({
  members: z.int().min(2).default(defaults.members).describe("members of each condition"),
  alpha: z
    .number()
    .min(0)
    .max(1)
    .default(defaults.alpha)
    .describe("1 is the fair score, 0 the standard one; below 1 the spread comes out too small"),
  spectralWeight: z
    .number()
    .nonnegative()
    .default(0)
    .describe("weight of the score of Fourier coefficients, beside that of the points"),
});

/** How a velocity field is run: a Runge–Kutta method and a number of equal steps. */
export const integration = (defaults: {
  readonly tableau: z.output<typeof tableau>;
  readonly steps: number;
}) =>
  z
    .strictObject({
      tableau: tableau.default(defaults.tableau).describe("Runge–Kutta method"),
      steps: count.default(defaults.steps).describe("steps from noise to data"),
      spacing,
    })
    .prefault({})
    .describe("how the trained model is meant to be run");

/** The U-Net that every model of an experiment is made of. */
export const network = z
  .strictObject({
    features: z
      .array(count)
      .min(1)
      .default([32, 64])
      .describe(
        "channels of each resolution of the U-Net, finest first; each further one halves it",
      ),
    padding: z
      .array(z.enum(["periodic", "zero", "reflect"]))
      .min(1)
      .max(3)
      .exactOptional()
      .describe(
        "how the network goes on beyond the ends of each axis; by the data's boundaries unless given",
      ),
    position: z
      .array(z.int().min(0).max(2))
      .exactOptional()
      .describe("axes along which the network is told where it is, such as [0] for the height"),
    own: z
      .string()
      .exactOptional()
      .describe("the name of a network that the experiment module brings, in place of the U-Net"),
  })
  .refine(
    ({ padding, position = [] }) =>
      padding === undefined || position.every((axis) => axis < padding.length),
    {
      path: ["position"],
      message: "names an axis that padding does not have",
    },
  )
  .prefault({})
  .describe("the U-Net that every model is made of");
/** The recipe of a network. */
export type NetworkRecipe = z.output<typeof network>;
/** How the paths of a teacher are made that a student learns from. */
export const teacherPaths = {
  pathSteps: count.default(8).describe("steps of the teacher from noise to the end of a path"),
  tableau: tableau.default("midpoint").describe("Runge–Kutta method of the teacher's steps"),
  spacing,
  paths: z
    .discriminatedUnion("kind", [
      z
        .strictObject({
          kind: z.literal("cached"),
          share: z
            .number()
            .gt(0)
            .lt(1)
            .default(0.2)
            .describe(
              "share of the budget's network evaluations that makes paths; one that is trained counts as three",
            ),
          mebibytes: positive
            .default(4096)
            .describe("the paths take up no more of the disk, however large their share"),
          shift: z
            .boolean()
            .default(true)
            .describe(
              "show each path moved along the periodic axes, by as many points as the teacher commutes with",
            ),
        })
        .describe("made before training and kept with the run; each is learnt from many times"),
      z
        .strictObject({ kind: z.literal("online") })
        .describe("made at each step from fresh noise, learnt from once and forgotten"),
    ])
    .prefault({ kind: "cached" })
    .describe("where the paths come from"),
};
export type PathRecipe = z.output<typeof teacherPaths.paths>;
