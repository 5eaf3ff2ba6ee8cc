import type { Padding } from "@eddyflow/core";
import type { DataInput, DataRecipe } from "@eddyflow/systems";

/** What an experiment measures its size by: the full one of the literature, or one that runs in seconds. */
export type Size = "small" | "full";

/** The U-Net that every model of the experiment is made of. */
export interface NetworkRecipe {
  /** Channels of each resolution, finest first; each further one halves the resolution. */
  readonly features: readonly number[];
  /** How a convolution continues the field beyond its ends, per spatial axis, (y, x) or (z, y, x). */
  readonly padding: readonly Padding[];
  /** Spatial axes, in array order, along which the network is told where it is; none unless given. */
  readonly position?: readonly number[];
}

/** mean e², or mean(α e² + β tᵖ ‖h ∇e‖²) with the gradient taken per cell. */
export type NormRecipe =
  | { readonly kind: "l2" }
  | {
      readonly kind: "sobolev";
      readonly alpha: number;
      readonly beta: number;
      /** p: 2 leaves the gradients of what is noise still out; 0 unless given. */
      readonly timePower?: number;
    };

/** A method that integrates a velocity field, by the name of its Butcher tableau. */
export type TableauName = "euler" | "midpoint" | "heun" | "rk4" | "three-eighths";

/** How a trained model is meant to be run: a method and a number of equal steps over t ∈ [0, 1]. */
export interface SamplerRecipe {
  readonly method: TableauName | "flow";
  readonly steps: number;
}

/** How the increments δ of a flow map are drawn while it is trained; flow time t lies in [0, 1 − δ]. */
export type IncrementRecipe =
  /** δ ∈ {1, ½, …, 2^(1 − levels)} with t on the grid of δ: exactly what a sampler of equal steps visits. */
  | { readonly kind: "dyadic"; readonly levels: number }
  /** δ = √(δ_min + (1 − δ_min) U), biased to large increments; t uniform. */
  | { readonly kind: "square-root"; readonly minimum: number }
  /** δ uniform on [δ_min, 1]; t uniform. */
  | { readonly kind: "uniform"; readonly minimum: number };

/** What every training run needs. */
export interface TrainingRecipe {
  /** Budget of the run in optimizer steps, and so the period of the cosine schedule. */
  readonly iterations: number;
  readonly batchSize: number;
  /** Adam's learning rate falls from `max` to `min` along half a cosine over the budget. */
  readonly learningRate: { readonly max: number; readonly min: number };
  readonly norm: NormRecipe;
  /** Gradients of larger Euclidean norm are scaled down to it. */
  readonly clipNorm: number;
  /** Decay per step of the averaged weights, which are the ones evaluated and taught from. */
  readonly averageDecay: number;
  /** Steps between two validations. */
  readonly validateEvery: number;
  /** Held-out pairs of a validation, the same ones with the same noise each time. */
  readonly validationPairs: number;
  /** Steps between two checkpoints; the last step is always saved. */
  readonly checkpointEvery: number;
}

/** Flow matching: the teacher. */
export interface VelocityRecipe extends TrainingRecipe {
  readonly sampler: { readonly method: TableauName; readonly steps: number };
}

/** Semigroup distillation: a flow map over a frozen velocity field. */
export interface FlowRecipe extends TrainingRecipe {
  readonly sampler: { readonly method: "flow"; readonly steps: number };
  readonly increments: IncrementRecipe;
}

/** Progressive distillation: a velocity field to be run by `steps` Euler steps. */
export interface ProgressiveRecipe extends TrainingRecipe {
  /** Euler steps of the student over t ∈ [0, 1]; it is trained on exactly this grid. */
  readonly steps: number;
  /** Teacher steps inside each step of the student. */
  readonly substeps: number;
  /** Method of the teacher's steps. */
  readonly tableau: TableauName;
}

/** Training defaults of each model, by the name the trainer knows it by. */
export interface ModelRecipes {
  readonly velocity: VelocityRecipe;
  readonly flow: FlowRecipe;
  readonly velocity_pd: ProgressiveRecipe;
}

/** An experiment at one size, which is what the apps run and save with each result. */
export interface ExperimentConfig<Data extends DataInput = DataRecipe> {
  /** Names folders: small letters, digits, "-" and "_". */
  readonly name: string;
  /** Seed of everything drawn at random, in data and in training. */
  readonly seed: number;
  readonly data: Data;
  readonly network: NetworkRecipe;
  readonly models: ModelRecipes;
}

/** The keys of `T` that differ; lists and tagged choices (`kind`) are replaced whole. */
export type Overrides<T> = T extends readonly unknown[] | { readonly kind: string }
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Overrides<T[K]> }
    : T;

/** A data recipe, a network and training defaults as plain data, at full size. */
export interface Experiment<Data extends DataInput = DataInput> extends ExperimentConfig<Data> {
  /** What is different at the small size. An experiment without it has one size. */
  readonly small?: Overrides<Omit<ExperimentConfig<Data>, "name">>;
}
