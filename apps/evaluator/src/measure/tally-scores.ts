import { correlationTime } from "@eddyflow/metrics";
import {
  type Drawn,
  drawByDraw,
  drawnSums,
  meanOfAll,
  meanOfSome,
  meanOverRuns,
  scoreOf,
} from "./drawn.ts";
import { type ScoreDefinition, scoreDefinitions } from "./score-definitions.ts";
import type { ChannelScores, CorrelationTimes, Score } from "./scores.ts";
import { meanAt, placeOf, type Sums, type Tally } from "./tally.ts";

/** A score with the draws that its interval comes from. */
export interface DrawnScore {
  readonly score: ChannelScores;
  /** In the mean over channels. */
  readonly mean: Drawn;
  readonly channels: readonly Drawn[];
}

/** What the mean over channels leaves out. */
function meanReason(channels: readonly Score[]): string | undefined {
  const missing = channels.filter(({ value }) => value === null);
  const [reason] = channels.flatMap((score) => score.reason ?? []);
  return missing.length === 0 || missing.length === channels.length
    ? reason
    : `without ${missing.length} of ${channels.length} channels, where ${missing[0]?.reason}`;
}

/** Why a score of a channel is missing, or what it leaves out; undefined where it is whole. */
function reasonOf(
  { missing, undefinedAs = missing }: ScoreDefinition,
  all: Sums,
  places: readonly number[],
  value: number | null,
): string | undefined {
  const states = Math.min(...places.map((place) => all.counts[place] ?? 0));
  if (states === 0) return missing;
  if (value === null) return undefinedAs;
  const left = all.states - states;
  return left > 0 ? `without ${left} of ${all.states} states, where ${missing}` : undefined;
}

/** A score of channels that were drawn, each with its reason, and the mean of those that have it. */
function drawnScore(
  channels: readonly { readonly values: Drawn; readonly reason: string | undefined }[],
  draws: number,
): DrawnScore {
  const scores = channels.map(({ values, reason }) => scoreOf(values, reason));
  const values = channels.map((channel) => channel.values);
  const mean =
    channels.length === 0 ? Array<null>(draws).fill(null) : drawByDraw(values, meanOfSome);
  return {
    score: { mean: scoreOf(mean, meanReason(scores)), channels: scores },
    mean,
    channels: values,
  };
}

/**
 * The scores that tallies have measures for, channel by channel and in the mean, each with its confidence interval.
 *
 * @param runs - the tally of each run of a contestant; all hold the same trajectories. A score is the mean over runs.
 * @param definitions - of the scores, by name.
 * @param members - of the ensembles, for the correction of the spread.
 */
export function drawnScoresOf<Name extends string>(
  runs: readonly Tally[],
  definitions: Readonly<Record<Name, ScoreDefinition>>,
  { members, seed }: { readonly members: number; readonly seed: number },
): Readonly<Record<Name, DrawnScore>> {
  const drawn = runs.map((tally) => ({ tally, sums: drawnSums(tally, seed) }));
  const [first] = drawn as [(typeof drawn)[number]];
  const entries = Object.entries<ScoreDefinition>(definitions).map(([name, definition]) => {
    const { from, value } = definition;
    const channels = Array.from({ length: first.tally.channels }, (_, channel) => {
      const ofRuns = drawn.map(({ tally, sums }) => {
        const places = from.map((measure) => placeOf(tally, channel, measure));
        const values = sums.map((each) => {
          const means = places.flatMap((place) => meanAt(each, place) ?? []);
          return means.length === from.length ? value(means, members) : null;
        });
        const reason = reasonOf(definition, sums[0] as Sums, places, values[0] ?? null);
        return { values, reason };
      });
      return {
        values: meanOverRuns(
          ofRuns.map(({ values }) => values),
          seed,
        ),
        reason: ofRuns.find(({ reason }) => reason !== undefined)?.reason,
      };
    });
    return [name, drawnScore(channels, first.sums.length)];
  });
  return Object.fromEntries(entries);
}

/** The scores of `drawnScoresOf` without the draws. */
export const scoresOf = <Name extends string>(
  runs: readonly Tally[],
  definitions: Readonly<Record<Name, ScoreDefinition>>,
  options: { readonly members: number; readonly seed: number },
): Readonly<Record<Name, ChannelScores>> => withoutDraws(drawnScoresOf(runs, definitions, options));

export const withoutDraws = <Name extends string>(
  drawn: Readonly<Record<Name, DrawnScore>>,
): Readonly<Record<Name, ChannelScores>> =>
  Object.fromEntries(
    Object.entries<DrawnScore>(drawn).map(([name, { score }]) => [name, score]),
  ) as Record<Name, ChannelScores>;

/** Each score in the mean over steps; without a value where a step has none. */
export function meanOverSteps<Name extends string>(
  steps: readonly Readonly<Record<Name, DrawnScore>>[],
): Readonly<Record<Name, DrawnScore>> {
  const [first] = steps;
  const entries = Object.keys(first ?? {}).map((name) => {
    const each = steps.map((step) => step[name as Name]);
    const channels = (each[0]?.channels ?? []).map((_, channel) => {
      const values = each.map((step) => step.channels[channel] as Drawn);
      const reasons = each.flatMap(({ score }) => score.channels[channel]?.reason ?? []);
      return { values: drawByDraw(values, meanOfAll), reason: reasons[0] };
    });
    return [name, drawnScore(channels, each[0]?.mean.length ?? 0)];
  });
  return Object.fromEntries(entries);
}

/**
 * For how long rollouts stay correlated with the truth: the times at which the correlation, averaged over rollouts,
 * falls below .9 and .8. Where it never does, that is their whole length, and the reason says so.
 *
 * @param runs - of each run of a contestant the tally of each step after the initial state; all hold the same
 *   trajectories. A time is the mean over runs.
 */
export function correlationTimesOf(
  runs: readonly (readonly Tally[])[],
  frameInterval: number,
  seed: number,
): readonly CorrelationTimes[] {
  const channels = runs[0]?.[0]?.channels ?? 0;
  /** `[run][step][draw, channel]`, NaN where there is none: numbers alone, because rollouts may be long. */
  const correlations = runs.map((steps) =>
    steps.map((tally) => {
      const places = Array.from({ length: channels }, (_, c) => placeOf(tally, c, "correlation"));
      const means = drawnSums(tally, seed).flatMap((sums) =>
        places.map((place) => meanAt(sums, place) ?? Number.NaN),
      );
      return Float64Array.from(means);
    }),
  );
  const draws = Array.from(
    { length: (correlations[0]?.[0]?.length ?? 0) / Math.max(1, channels) },
    (_, draw) => draw,
  );
  return ([0.9, 0.8] as const).map((level) => {
    const timeOf = (correlation: (channels: readonly (number | null)[]) => number | null) => {
      const ofRuns = correlations.map((steps) =>
        draws.map((draw) =>
          correlationTime(
            steps.map((step) => {
              const own = step.subarray(draw * channels, (draw + 1) * channels);
              return correlation(Array.from(own, (mean) => (Number.isNaN(mean) ? null : mean)));
            }),
            frameInterval,
            level,
          ),
        ),
      );
      const whole = ofRuns.map(([time]) => time ?? null);
      const reason = whole.includes(null)
        ? scoreDefinitions.correlation.missing
        : "still above it at the end of the rollouts";
      const times = ofRuns.map((run) => run.map((each) => each?.time ?? null));
      const isReached = whole.every((time) => time?.isReached === true);
      return scoreOf(meanOverRuns(times, seed), isReached ? undefined : reason);
    };
    const ofChannel = (_: unknown, channel: number) => timeOf((each) => each[channel] ?? null);
    return {
      level,
      times: { mean: timeOf(meanOfSome), channels: Array.from({ length: channels }, ofChannel) },
    };
  });
}
