import { correlationTime, percentileInterval } from "@eddyflow/metrics";
import { integers, keyFor } from "@eddyflow/random";
import { mean } from "./mean.ts";
import { type ScoreDefinition, scoreDefinitions } from "./score-definitions.ts";
import type { ChannelScores, CorrelationTimes, Score } from "./scores.ts";
import { meanAt, placeOf, type Sums, sumsOf, type Tally } from "./tally.ts";

/** Sets of trajectories that the bootstrap draws: the same for all contestants and scores. */
const drawsPerInterval = 1000;

/** The sums over all trajectories of a tally, then those over each set that is drawn from them with replacement. */
function drawnSums(tally: Tally, seed: number): readonly Sums[] {
  const { size } = tally.byTrajectory;
  const all = sumsOf(
    tally,
    Array.from({ length: size }, (_, place) => place),
  );
  // Without a second trajectory there is nothing to tell how much they differ.
  if (size < 2) return [all];
  const words = integers(keyFor(seed, "bootstrap", 0), drawsPerInterval * size, size);
  const draws = Array.from({ length: drawsPerInterval }, (_, i) =>
    sumsOf(tally, words.subarray(i * size, (i + 1) * size)),
  );
  return [all, ...draws];
}

/** A score whose first value is that of all trajectories, and the others those of the draws. */
function scoreOf(
  [value = null, ...drawn]: readonly (number | null)[],
  reason: string | undefined,
): Score {
  if (value !== null && !Number.isFinite(value)) {
    return { value, interval: null, reason: "the forecast is not finite" };
  }
  const interval = value === null ? null : percentileInterval(drawn);
  return { value, interval, ...(reason !== undefined && { reason }) };
}

/** The mean of those that are there, null where none is. */
function meanOfSome(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : mean(there);
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

/**
 * The scores that a tally has measures for, channel by channel and in the mean, each with its confidence interval.
 *
 * @param definitions - of the scores, by name.
 * @param members - of the ensembles, for the correction of the spread.
 */
export function scoresOf<Name extends string>(
  tally: Tally,
  definitions: Readonly<Record<Name, ScoreDefinition>>,
  { members, seed }: { readonly members: number; readonly seed: number },
): Readonly<Record<Name, ChannelScores>> {
  const sums = drawnSums(tally, seed);
  const all = sums[0] as Sums;
  const entries = Object.entries<ScoreDefinition>(definitions).map(([name, definition]) => {
    const { from, value } = definition;
    const byChannel = Array.from({ length: tally.channels }, (_, channel) => {
      const places = from.map((measure) => placeOf(tally, channel, measure));
      const values = sums.map((each) => {
        const means = places.flatMap((place) => meanAt(each, place) ?? []);
        return means.length === from.length ? value(means, members) : null;
      });
      const reason = reasonOf(definition, all, places, values[0] ?? null);
      return { values, score: scoreOf(values, reason) };
    });
    const channels = byChannel.map(({ score }) => score);
    const means = sums.map((_, draw) =>
      meanOfSome(byChannel.map(({ values }) => values[draw] ?? null)),
    );
    return [name, { mean: scoreOf(means, meanReason(channels)), channels }];
  });
  return Object.fromEntries(entries);
}

/**
 * For how long rollouts stay correlated with the truth: the times at which the correlation, averaged over rollouts,
 * falls below .9 and .8. Where it never does, that is their whole length, and the reason says so.
 *
 * @param steps - the tally of each step after the initial state; all hold the same trajectories.
 */
export function correlationTimesOf(
  steps: readonly Tally[],
  frameInterval: number,
  seed: number,
): readonly CorrelationTimes[] {
  const channels = steps[0]?.channels ?? 0;
  /** `[step][draw, channel]`, NaN where there is none: numbers alone, because rollouts may be long. */
  const correlations = steps.map((tally) => {
    const places = Array.from({ length: channels }, (_, c) => placeOf(tally, c, "correlation"));
    const means = drawnSums(tally, seed).flatMap((sums) =>
      places.map((place) => meanAt(sums, place) ?? Number.NaN),
    );
    return Float64Array.from(means);
  });
  const draws = Array.from(
    { length: (correlations[0]?.length ?? 0) / Math.max(1, channels) },
    (_, draw) => draw,
  );
  return ([0.9, 0.8] as const).map((level) => {
    const timeOf = (correlation: (channels: readonly (number | null)[]) => number | null) => {
      const times = draws.map((draw) =>
        correlationTime(
          correlations.map((step) => {
            const own = step.subarray(draw * channels, (draw + 1) * channels);
            return correlation(Array.from(own, (mean) => (Number.isNaN(mean) ? null : mean)));
          }),
          frameInterval,
          level,
        ),
      );
      const reason =
        times[0] === null
          ? scoreDefinitions.correlation.missing
          : "still above it at the end of the rollouts";
      const values = times.map((each) => each?.time ?? null);
      return scoreOf(values, times[0]?.isReached === true ? undefined : reason);
    };
    const ofChannel = (_: unknown, channel: number) => timeOf((each) => each[channel] ?? null);
    return {
      level,
      times: { mean: timeOf(meanOfSome), channels: Array.from({ length: channels }, ofChannel) },
    };
  });
}
