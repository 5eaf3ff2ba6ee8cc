import type { Boundary } from "@eddyflow/core";
import type { ContestantKind, Sampling } from "../contestants/contestant.ts";
import type { PicturedFields, PicturedSteps } from "./pictured-fields.ts";
import type { PicturedPlane } from "./pictured-plane.ts";
import type { ContestantScores, EnsembleScores, ScoreRatios, TruthScores } from "./scores.ts";

/** The noise of a rollout: new at each step, fixed along the rollout, or none (the latent state is zero). */
export type LatentPolicy = "new" | "fixed" | "deterministic";

/**
 * Energies of one-step predictions over the truth's in the three bands of `SpectrumAxis`; 1 is right. Null in a band
 * where the truth has no energy.
 */
export interface BandRatios {
  readonly low: number | null;
  readonly mid: number | null;
  readonly high: number | null;
}

/** The wavenumbers of the spectra, |k| in waves along the longest periodic side of the box. */
export interface SpectrumAxis {
  /** One such wave in radians per length: 2π over the longest periodic side. */
  readonly spacing: number;
  /** Where the low band ends. */
  readonly low: number;
  /** Where the mid band ends. */
  readonly mid: number;
  /** Up to here the grid resolves waves in every direction; beyond, only some directions are left. */
  readonly complete: number;
}

/** What was measured of a contestant at one budget. What was not measured, or has no meaning for it, is null. */
export interface ContestantEvaluation {
  /** Of a contestant with several budgets `group@sampler:steps`. */
  readonly name: string;
  /** What the contestant is called, at all its budgets. */
  readonly group: string;
  /** How a model is sampled. */
  readonly sampler: Sampling | null;
  /** How many runs that differ in their seed its figures are the mean of. */
  readonly seeds: number;
  readonly kind: ContestantKind;
  /** How it makes a step, in words, e.g. "50 midpoint steps". */
  readonly description: string;
  /** Where a model is run otherwise than it learnt to be: how, in words without a full stop. */
  readonly warning?: string;
  /** Whether it has the reference's own weights and only another sampler: nothing was distilled. */
  readonly undistilled: boolean;
  /** Whether nobody asked for it: the reference's own weights, run at the students' cost. */
  readonly isAdded: boolean;
  /** Network evaluations in one step. */
  readonly nfePerStep: number | null;
  /** Wall time of one step of a whole batch, divided by `batch`, in milliseconds. */
  readonly msPerStep: number | null;
  /** How many states were stepped at once when the time was taken. */
  readonly batch: number | null;
  /** In the mean over channels, not finite where it diverged; the VRMSE is null where the truth is constant. */
  readonly oneStep: { readonly vrmse: number | null; readonly crps: number } | null;
  /** The same, one value per step of the rollout. */
  readonly rollout: {
    readonly vrmse: readonly (number | null)[];
    readonly crps: readonly number[];
  } | null;
  /** All scores, channel by channel, with intervals and reasons. */
  readonly scores: ContestantScores;
  /** The energies of `scores.oneStep`, in the mean over channels. */
  readonly spectrum: BandRatios | null;
  /** Mean energy of the one-step predictions in each shell s − ½ ≤ |k| < s + ½ of `spectrumAxis`, from s = 0. */
  readonly shells: readonly number[] | null;
  /** VRMSE between its one-step end points and the reference's from the same noise and condition. */
  readonly distillationError: number | null;
  /** The same of each run of a contestant that has several. */
  readonly distillationErrors?: readonly (number | null)[] | null;
  /** Its scores over the reference's; null without a reference, and for the reference itself. */
  readonly ratioToTeacher: ScoreRatios | null;
  /** A student's scores over those of the reference's own weights with no more network evaluations; null without such. */
  readonly ratioAtEqualCost: ScoreRatios | null;
  /** Its fields, of the first run, in the pictured rollout, at `PicturedRollout.steps`. */
  readonly frames: PicturedFields | null;
  /** Its ensembles, of the first run, at the pictured conditions of the reference ensemble. */
  readonly ensembleFields: PicturedFields | null;
}

/** The rollout of the truth that the pictures show beside the contestants'. */
interface PicturedRollout extends PicturedPlane {
  /** The channels that are drawn, the one to look at first before the others. */
  readonly channels: readonly string[];
  readonly steps: PicturedSteps;
  readonly truth: PicturedFields;
}

/** The reference ensemble that ensembles are compared with. */
interface EvaluatedEnsemble {
  /** Initial states. */
  readonly conditions: number;
  /** Members of the reference for each. */
  readonly members: number;
  /**
   * What a part of the reference, with as many members as a contestant or half of all, scores against the rest; null where
   * the reference is too small.
   */
  readonly floor: {
    readonly members: number;
    readonly against: number;
    readonly scores: EnsembleScores;
  } | null;
  /** The conditions that are drawn, by their number. */
  readonly pictured: readonly number[];
  /** The channels that are drawn, the one to look at first before the others. */
  readonly channels: readonly string[];
  /** Null where the grid has a single axis. */
  readonly plane: PicturedPlane | null;
  readonly fields: PicturedFields;
}

/** Everything that a report shows: plain data, no tensors. */
export interface Evaluation {
  readonly title: string;
  readonly experiment: string;
  /** A run too short for its figures to mean anything. */
  readonly quick: boolean;
  /** When it was made, ISO 8601. */
  readonly date: string;
  readonly contestants: readonly ContestantEvaluation[];
  /** Name of the contestant that the distillation errors are measured against. */
  readonly reference: string | null;
  /** VRMSE between two independent samples of the reference for the same condition. */
  readonly teacherSpread: number | null;
  readonly truthScores: TruthScores;
  /** Mean energy of the true next states in each shell s − ½ ≤ |k| < s + ½ of `spectrumAxis`, from s = 0. */
  readonly truthShells: readonly number[] | null;
  /** Null where no axis is periodic. */
  readonly spectrumAxis: SpectrumAxis | null;
  readonly pictured: PicturedRollout | null;
  /** Null where there was no reference ensemble. */
  readonly ensemble: EvaluatedEnsemble | null;
  readonly setting: {
    /** Pairs of the one-step comparison and trajectories of the rollout. */
    readonly samples: number;
    readonly trajectories: number;
    readonly members: number;
    readonly rolloutLength: number;
    readonly latentPolicy: LatentPolicy;
    readonly seed: number;
    /** Processes that measured. */
    readonly ranks: number;
    readonly channels: readonly string[];
    /** The channels that are scored: all but the time. */
    readonly scoredChannels: readonly string[];
    /** Standard deviation of each channel over the training split: the unit of CRPS. */
    readonly std: readonly number[];
    /** Grid points per axis of what the contestants see. */
    readonly gridShape: readonly number[];
    /** Length of the box per axis, in the units of the problem. */
    readonly extent: readonly number[];
    readonly boundary: readonly Boundary[];
    /** Physical time between two frames. */
    readonly frameInterval: number;
    /** Backend and device in words. */
    readonly device: string;
    /** The grid and time step that the data were made with, in words. */
    readonly simulation: string;
  };
}
