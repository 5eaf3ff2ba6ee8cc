import type { Padding } from "@eddyflow/core";
import type { Observation } from "@eddyflow/datasets";
import type { OpenDataOptions } from "@eddyflow/formats";

/** Which trajectories: learnt from, chosen by, or reported on. */
export type Split = "train" | "validation" | "test";

/** What an experiment measures its size by: the full one of the literature, or one that runs in seconds. */
export type Size = "small" | "full";

/** What makes pairs of frames. */
interface PairRecipe {
  /** Frames from one state of a pair to the next; 1 unless given. */
  readonly frameStride?: number;
  /**
   * Whether the time since the first frame is the last channel of the state, "timestamp": a model generates it
   * with the others, and a rollout takes it from the clock. No unless given.
   */
  readonly timestamp?: boolean;
}

/** What is recorded of a simulation. */
interface SimulationRecipe extends PairRecipe {
  /** Time between recorded frames. */
  readonly frameInterval: number;
  /** Recorded frames of each trajectory. */
  readonly frames: number;
  /** Trajectories of each split. */
  readonly trajectories: Readonly<Record<Split, number>>;
  /** What is seen of the recorded fields: `{ pointStride }`, or steps one after the other. */
  readonly observation: Observation;
}

/** uₜ + Δu + ∇⁴u + ½‖∇u‖² = 0 on a periodic square, the spatial mean held at zero; one channel, u. */
export interface KuramotoSivashinskyRecipe extends SimulationRecipe {
  readonly system: "kuramoto-sivashinsky-2d";
  /** The fourth-order term: Δ²u with symbol |k|⁴, or ∂ₓ⁴u + ∂ᵧ⁴u with symbol kₓ⁴ + kᵧ⁴. */
  readonly operator: "biharmonic" | "sum-of-fourth-powers";
  /** Length of the box along each axis. */
  readonly domainExtent: number;
  /** Points of the solver along each axis. */
  readonly numPoints: number;
  /** Time step of the solver, of which `frameInterval` is a multiple. */
  readonly dt: number;
  /** Time from the random initial field to the first recorded frame; a multiple of dt. */
  readonly warmUp: number;
}

/** A viscous gas with γ = 5/3 on the periodic unit square; channels vx, vy, density, pressure. */
export interface CompressibleNavierStokesRecipe extends SimulationRecipe {
  readonly system: "compressible-navier-stokes-2d";
  /** Cells of the solver along each axis. */
  readonly numPoints: number;
  /** Cells along each axis of what is recorded: means of the solver's that keep mass, momentum and energy. */
  readonly averagedTo: number;
  /** Mach number of the initial velocity. */
  readonly mach: number;
  /** Shear viscosity η and bulk viscosity ζ. */
  readonly eta: number;
  readonly zeta: number;
  /** The first frame: PDEBench's *Turb* or *Rand*. */
  readonly initial:
    | { readonly kind: "turbulence"; readonly projection: "solenoidal" | "shifted" }
    | { readonly kind: "random" };
}

/**
 * A heavy fluid upon a light one, both incompressible and miscible, from rest on, in a box of cubic cells that is 1
 * wide along x; slip walls below and above, periodic sides; channels vx, vy, vz, density (1 where it is heaviest).
 */
export interface RayleighTaylorRecipe extends SimulationRecipe {
  readonly system: "rayleigh-taylor-3d";
  /** Cells of the solver along z, which is up, y and x. */
  readonly numPoints: readonly [nz: number, ny: number, nx: number];
  /** Atwood numbers At = (ρ₂ − ρ₁)/(ρ₂ + ρ₁), which take turns over the trajectories. */
  readonly atwood: readonly number[];
  /** At·g: gravity is as much larger as At is smaller, so that all layers grow alike in the same time. */
  readonly reducedGravity: number;
  /** Kinematic viscosity of both fluids. */
  readonly viscosity: number;
  /** Diffusivity of one fluid in the other. */
  readonly diffusivity: number;
  /**
   * Spectra of the displacement of the first interface, of which each trajectory draws one: ln k is normal with mean
   * `mu` and deviation `sigma`, k in waves per box; phases lie within ±`phaseSpread`.
   */
  readonly interfaces: readonly {
    readonly mu: number;
    readonly sigma: number;
    readonly phaseSpread: number;
  }[];
}

/**
 * Files in place of a simulation, in any format that `openData` of `@eddyflow/formats` reads, with its options
 * for what of them is wanted. Paths are relative to where the person stands.
 */
export interface FilesRecipe extends PairRecipe, Omit<OpenDataOptions, "split" | "trajectories"> {
  readonly system: "files";
  /** One file or folder, of which the splits are parts; or one for each split. */
  readonly path: string | Readonly<Record<Split, string>>;
  /** What is seen of the states in the files; all of them unless given. */
  readonly observation?: Observation;
}

/** Where the data come from: a reference solver, what of it is recorded and seen; or files. */
export type DataRecipe =
  | KuramotoSivashinskyRecipe
  | CompressibleNavierStokesRecipe
  | RayleighTaylorRecipe
  | FilesRecipe;

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
export interface ExperimentConfig<Data extends DataRecipe = DataRecipe> {
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
export interface Experiment<Data extends DataRecipe = DataRecipe> extends ExperimentConfig<Data> {
  /** What is different at the small size. An experiment without it has one size. */
  readonly small?: Overrides<Omit<ExperimentConfig<Data>, "name">>;
}
