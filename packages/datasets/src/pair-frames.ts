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

/** Pairs per trajectory: one for every possible first frame. */
function pairsPerTrajectory(
  { frames }: StoreDescription,
  { history = 1, horizon = 1, frameStride = 1 }: PairFrames,
): number {
  const counts = { history, horizon, frameStride };
  for (const [name, count] of Object.entries(counts)) {
    if (Number.isSafeInteger(count) && count >= 1) continue;
    throw new ArgumentError({
      problem: `${name} is ${count}`,
      expected: "a whole number of at least 1",
      remedy: "correct it",
    });
  }
  return Math.max(0, frames - (history + horizon - 1) * frameStride);
}

/** The number of pairs (history, next) of all trajectories, including the last pair of each. */
export function countPairs(description: StoreDescription, which: PairFrames): number {
  return description.trajectories * pairsPerTrajectory(description, which);
}

/** The frames of a pair, oldest first; pairs are counted trajectory by trajectory. The last `later` follow the next one. */
export function framesOfPair(
  description: StoreDescription,
  which: PairFrames,
  pair: number,
): { readonly trajectory: number; readonly frames: readonly number[]; readonly later: number } {
  const { history = 1, horizon = 1, frameStride = 1 } = which;
  const each = pairsPerTrajectory(description, which);
  const first = pair % each;
  return {
    trajectory: Math.floor(pair / each),
    frames: Array.from({ length: history + horizon }, (_, i) => first + i * frameStride),
    later: horizon - 1,
  };
}
