import { ArgumentError } from "@eddyflow/core";
import type { StoreDescription } from "./description.ts";

/** Which frames make a pair. */
export interface PairFrames {
  /** States in the condition, including the present one; 1 unless given. */
  readonly history?: number;
  /** States to come, the next one included; 1 unless given. */
  readonly horizon?: number;
  /** Frames from one state of a pair to the next: the pair's own dt in frame intervals; 1 unless given. */
  readonly frameStride?: number;
}

/** Where a pair lies: its trajectory, and its frames, oldest first. The last `later` follow the next one. */
export interface PlacedPair {
  readonly trajectory: number;
  readonly frames: readonly number[];
  readonly later: number;
}

/** The pairs (history, next) of a store, counted trajectory by trajectory. */
export interface Pairs {
  readonly count: number;
  /** The pair of a number from 0 to count − 1. Its frames are all of one trajectory. */
  at(pair: number): PlacedPair;
}

/** The first entry of an ascending list that is greater than a value. */
function firstAbove(ascending: readonly number[], value: number): number {
  let [from, to] = [0, ascending.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((ascending[middle] as number) > value) to = middle;
    else from = middle + 1;
  }
  return from;
}

/**
 * Numbers the pairs of a store: one for every possible first frame of every trajectory, the last one included.
 *
 * @throws ArgumentError for counts that are not whole or below 1.
 */
export function pairsOf(
  { frames, lengths, trajectories }: StoreDescription,
  { history = 1, horizon = 1, frameStride = 1 }: PairFrames,
): Pairs {
  const counts = { history, horizon, frameStride };
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    throw new ArgumentError({
      problem: `${name} is ${count}`,
      expected: "a whole number of at least 1",
      remedy: "correct it",
    });
  }
  const within = (length: number) => Math.max(0, length - (history + horizon - 1) * frameStride);
  const place = (trajectory: number, first: number): PlacedPair => ({
    trajectory,
    frames: Array.from({ length: history + horizon }, (_, i) => first + i * frameStride),
    later: horizon - 1,
  });
  if (lengths === undefined) {
    const each = within(frames);
    return {
      count: trajectories * each,
      at: (pair) => place(Math.floor(pair / each), pair % each),
    };
  }
  let sum = 0;
  const ends = lengths.map((length) => {
    sum += within(length);
    return sum;
  });
  return {
    count: sum,
    at: (pair) => {
      const trajectory = firstAbove(ends, pair);
      return place(trajectory, pair - (ends[trajectory - 1] ?? 0));
    },
  };
}
