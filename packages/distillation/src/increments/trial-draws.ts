import { key } from "@eddyflow/random";
import type { IncrementDistribution, Increments } from "./increment-distribution.ts";

const numTrials = 4096;

/**
 * The least share of increments up to the anchor. Fewer than one sample in 32 would seldom tell the short increments,
 * on which all others are built, where their teacher goes.
 */
export const leastAnchoredShare: number = 1 / 32;

/** 4,096 draws that are always the same. */
export function trialDraws({ draw }: Pick<IncrementDistribution, "draw">): Increments {
  return draw(key(0), numTrials);
}

/** The share of δ ≤ limit, as float32 compares them, among the trial draws. */
export function shareUpTo(
  distribution: Pick<IncrementDistribution, "draw">,
  limit: number,
): number {
  const { delta } = trialDraws(distribution);
  const rounded = Math.fround(limit);
  return delta.filter((width) => width <= rounded).length / delta.length;
}
