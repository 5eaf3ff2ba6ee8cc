/** A figure with its uncertainty, or the reason why there is none. */
export interface Score {
  /** Null where it has no meaning; not finite where the forecast diverged. */
  readonly value: number | null;
  /**
   * With 95 % confidence, by bootstrap over trajectories and, where a contestant has several runs, over those too; null
   * where there are fewer than two trajectories, no value, or draws without one, which the reason says.
   */
  readonly interval: readonly [low: number, high: number] | null;
  /** Why there is no value, or what the value leaves out, in words without a full stop. */
  readonly reason?: string;
}

/** A score of each channel, in the order of `Evaluation.setting.scoredChannels`, and in the mean of those that have it. */
export interface ChannelScores {
  readonly mean: Score;
  readonly channels: readonly Score[];
}

/**
 * What forecasts are scored by; the equations are in `@eddyflow/metrics`. Fields are in standard deviations of the
 * training data. The first block is that of a single member, in the mean over the members; the second is that of the
 * ensemble. Energies are measured after one step only, drifts in rollouts only.
 */
export const scoreNames = [
  "mse",
  "rmse",
  "nrmse",
  "vrmse",
  "vrmseWell",
  "h1",
  "correlation",
  "energyLow",
  "energyMid",
  "energyHigh",
  "meanDrift",
  "energyDrift",
  "crps",
  "almostFairCrps",
  "energyScore",
  "spread",
  "skill",
  "spreadSkill",
  "coverage",
] as const;

export type ScoreName = (typeof scoreNames)[number];

/** The scores that were measured, in the order of `scoreNames`. */
export type Scores = Readonly<Partial<Record<ScoreName, ChannelScores>>>;

/**
 * What ensembles are scored by against a reference ensemble, next states that the solver drew from the same state: relative
 * errors of mean and standard deviation, energy distance, CRPS in the mean over the reference's members, and relative error
 * of the spectrum, which of a vorticity is that of the enstrophy. A single forecast is taken as a certain one.
 */
const ensembleScoreNames = [
  "meanError",
  "deviationError",
  "energyDistance",
  "spectrumError",
  "crps",
] as const;

export type EnsembleScoreName = (typeof ensembleScoreNames)[number];

/** The scores against a reference ensemble; without a periodic axis there is no spectrum. */
export type EnsembleScores = Readonly<Partial<Record<EnsembleScoreName, ChannelScores>>>;

/** For how long forecasts stay correlated with the truth, in physical time. */
export interface CorrelationTimes {
  /** The correlation that is fallen below. */
  readonly level: 0.9 | 0.8;
  /** The mean is the time of the curve that is averaged over channels. */
  readonly times: ChannelScores;
}

/** The divergence of a vector field, relative to its gradient, in the mean over members; 0 where it is incompressible. */
export interface DivergenceScores {
  /** The channels that are its components. */
  readonly channels: readonly string[];
  readonly oneStep: Score | null;
  /** One for each step. */
  readonly rollout: readonly Score[] | null;
}

/** All scores of a contestant; null where that was not measured. */
export interface ContestantScores {
  readonly oneStep: Scores | null;
  /** One for each step. */
  readonly rollout: readonly Scores[] | null;
  /** The mean over the steps of a rollout; without a value where a step has none. */
  readonly rolloutMean: Scores | null;
  /** VRMSE between one-step end points and the reference's; null for what is no model, or without a reference. */
  readonly distillationError: Score | null;
  /** Against a reference ensemble. */
  readonly ensemble: EnsembleScores | null;
  readonly correlationTimes: readonly CorrelationTimes[] | null;
  /** One for each vector field whose components are all there. */
  readonly divergence: readonly DivergenceScores[];
  /**
   * After one step, for each channel: in which part of the cells the truth is above r of the members, r = 0 … M. Flat
   * where the ensemble is calibrated. Null for a single forecast.
   */
  readonly rankHistogram: readonly (readonly number[])[] | null;
}

/** What is measured of the truth itself, for comparison: drifts of a rollout's frames, and divergence. */
export type TruthScores = Pick<ContestantScores, "rollout" | "divergence">;

/**
 * Scores in the mean over channels, divided by those of another contestant. The same trajectories are drawn for both, so
 * that an interval says how sure their ratio is, not how sure either is.
 */
export interface ScoreRatios {
  /** What they are divided by. */
  readonly to: string;
  readonly oneStep: Readonly<Partial<Record<ScoreName, Score>>> | null;
  /** Of the means over the steps of a rollout. */
  readonly rolloutMean: Readonly<Partial<Record<ScoreName, Score>>> | null;
  /** Of the scores against a reference ensemble; without a value where what is divided by is not positive. */
  readonly ensemble: Readonly<Partial<Record<EnsembleScoreName, Score>>> | null;
  readonly distillationError: Score | null;
}
