import type {
  ChannelScores,
  ContestantScores,
  EnsembleScores,
  Score,
  ScoreRatios,
  Scores,
  TruthScores,
} from "../measure/scores.ts";

/** Where a figure may lie, with 95 % confidence. */
interface SummaryInterval {
  readonly low: number;
  readonly high: number;
}

/** A score as `summary.json` has it: numbers that are finite, or null with the reason. */
export interface ScoreFigure {
  readonly value: number | null;
  /** By bootstrap over trajectories, and over seeds where there are several; null where it is not known. */
  readonly interval: SummaryInterval | null;
  readonly reason: string | null;
}

/** A figure in the mean over channels, and by the name of the channel. */
export interface ByChannel<Figure> {
  readonly mean: Figure;
  readonly channels: Readonly<Record<string, Figure>>;
}

/** A figure of each score, by its name in camel case, such as `vrmse` and `spreadSkill`. */
type ByScore<Figure> = Readonly<Record<string, ByChannel<Figure>>>;

/** All scores of a contestant, the content of `scores` in `summary.json`; null where that was not measured. */
export interface SummaryScores {
  readonly oneStep: ByScore<ScoreFigure> | null;
  /** One value for each step; null where it has none. */
  readonly rollout: ByScore<readonly (number | null)[]> | null;
  /** The mean over the steps of a rollout; null where a step has none. */
  readonly rolloutMean: ByScore<ScoreFigure> | null;
  /** In the mean over channels; null for what is no model, and for the truth. */
  readonly distillationError: ScoreFigure | null;
  /** Against a reference ensemble: `meanError`, `deviationError`, `energyDistance`, `spectrumError` and `crps`. */
  readonly ensemble: ByScore<ScoreFigure> | null;
  /** In physical time, by the level .9 or .8 that the correlation falls below. */
  readonly correlationTimes: Readonly<Record<string, ByChannel<ScoreFigure>>> | null;
  readonly divergence: readonly {
    readonly channels: readonly string[];
    readonly oneStep: ScoreFigure | null;
    readonly rollout: readonly (number | null)[] | null;
  }[];
  /** By channel: the part of the cells in which the truth is above r members, r = 0 … M. */
  readonly rankHistogram: Readonly<Record<string, readonly number[]>> | null;
}

/**
 * Scores in the mean over channels divided by those of another contestant, by the name of the score. The interval is
 * that of the ratio: the same trajectories are drawn for both.
 */
export interface SummaryRatios {
  /** The name of what they are divided by. */
  readonly to: string;
  readonly oneStep: Readonly<Record<string, ScoreFigure>> | null;
  /** Of the means over the steps of a rollout. */
  readonly rolloutMean: Readonly<Record<string, ScoreFigure>> | null;
  /** Of the scores against a reference ensemble. */
  readonly ensemble: Readonly<Record<string, ScoreFigure>> | null;
  readonly distillationError: ScoreFigure | null;
}

const finite = (value: number | null): number | null =>
  value !== null && Number.isFinite(value) ? value : null;

const figureOf = ({ value, interval, reason }: Score): ScoreFigure => ({
  value: finite(value),
  interval: interval === null ? null : { low: interval[0], high: interval[1] },
  reason: reason ?? null,
});

const mapOf = <From, To>(
  from: Readonly<Record<string, From>>,
  to: (value: From) => To,
): Readonly<Record<string, To>> =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value)]));

/** Picks the figures of a contestant's scores, or of the truth's. */
export function summaryScores(
  scores: ContestantScores | TruthScores,
  channels: readonly string[],
): SummaryScores {
  const named = <Value>(values: readonly Value[]): Readonly<Record<string, Value>> =>
    Object.fromEntries(channels.map((name, channel) => [name, values[channel] as Value]));
  const byChannel = (all: ChannelScores): ByChannel<ScoreFigure> => ({
    mean: figureOf(all.mean),
    channels: named(all.channels.map(figureOf)),
  });
  const overSteps = (steps: readonly Scores[]): ByScore<readonly (number | null)[]> =>
    Object.fromEntries(
      Object.keys(steps[0] ?? {}).map((name) => {
        const each = steps.map((step) => step[name as keyof Scores] as ChannelScores);
        const curve = (pick: (score: ChannelScores) => Score) =>
          each.map((score) => finite(pick(score).value));
        const ofChannels = channels.map((_, c) => curve((score) => score.channels[c] as Score));
        return [name, { mean: curve(({ mean }) => mean), channels: named(ofChannels) }];
      }),
    );
  const { rollout, divergence } = scores;
  const whole = "oneStep" in scores ? scores : null;
  return {
    oneStep: whole?.oneStep ? mapOf(whole.oneStep, byChannel) : null,
    rollout: rollout === null ? null : overSteps(rollout),
    rolloutMean: whole?.rolloutMean ? mapOf(whole.rolloutMean, byChannel) : null,
    distillationError: whole?.distillationError ? figureOf(whole.distillationError) : null,
    ensemble: whole?.ensemble ? mapOf(whole.ensemble, byChannel) : null,
    correlationTimes: whole?.correlationTimes
      ? Object.fromEntries(
          whole.correlationTimes.map(({ level, times }) => [String(level), byChannel(times)]),
        )
      : null,
    divergence: divergence.map((field) => ({
      channels: field.channels,
      oneStep: field.oneStep === null ? null : figureOf(field.oneStep),
      rollout: field.rollout?.map(({ value }) => finite(value)) ?? null,
    })),
    rankHistogram: whole?.rankHistogram ? named(whole.rankHistogram) : null,
  };
}

/** Picks the figures of scores against a reference ensemble. */
export const summaryEnsembleScores = (
  scores: EnsembleScores,
  channels: readonly string[],
): ByScore<ScoreFigure> =>
  mapOf(scores, ({ mean, channels: each }) => ({
    mean: figureOf(mean),
    channels: Object.fromEntries(
      channels.map((name, channel) => [name, figureOf(each[channel] as Score)]),
    ),
  }));

/** Picks the figures of ratios; null where there are none. */
export const summaryRatios = (ratios: ScoreRatios | null): SummaryRatios | null =>
  ratios === null
    ? null
    : {
        to: ratios.to,
        oneStep: ratios.oneStep === null ? null : mapOf(ratios.oneStep, figureOf),
        rolloutMean: ratios.rolloutMean === null ? null : mapOf(ratios.rolloutMean, figureOf),
        ensemble: ratios.ensemble === null ? null : mapOf(ratios.ensemble, figureOf),
        distillationError:
          ratios.distillationError === null ? null : figureOf(ratios.distillationError),
      };
