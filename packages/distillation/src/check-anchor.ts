import { ArgumentError } from "@eddyflow/core";
import type { IncrementDistribution } from "./increments/increment-distribution.ts";
import { leastAnchoredShare, shareUpTo, trialDraws } from "./increments/trial-draws.ts";

/**
 * Checks that increments up to the anchor tie a map to its teacher, and the longer ones to those: at least one in 32
 * is anchored, and both halves of each longer one are increments that can be drawn. Judged by 4,096 draws.
 *
 * @throws ArgumentError where they do not, or where an increment leads out of [0, 1].
 */
export function checkAnchor(increments: IncrementDistribution, anchor: number): void {
  const { minimum } = increments;
  const reason = `give anchor: ${increments.anchor}, or other increments`;
  if (!(minimum <= anchor)) {
    throw new ArgumentError({
      problem: `the smallest increment is ${minimum} and never reaches the anchor ${anchor}`,
      expected: "increments at or below the anchor, which alone tie the map to its teacher",
      remedy: reason,
    });
  }
  const { t, delta } = trialDraws(increments);
  for (const [i, width] of delta.entries()) {
    const start = t[i] as number;
    if (!(start >= 0 && width > 0 && start + width <= 1)) {
      throw new ArgumentError({
        problem: `an increment leads from t = ${start} to ${start + width}`,
        expected: "0 ≤ t < t + δ ≤ 1",
        remedy: "mend the distribution of the increments",
      });
    }
    if (width <= Math.fround(anchor)) continue;
    const half = width / 2;
    if (increments.covers(start, half) && increments.covers(start + half, half)) continue;
    throw new ArgumentError({
      problem: `the increment ${width} from t = ${start} exceeds the anchor ${anchor}, and its halves are never drawn (the smallest increment is ${minimum})`,
      expected: "both halves of each increment beyond the anchor among the increments",
      remedy: reason,
    });
  }
  const share = shareUpTo(increments, anchor);
  if (share >= leastAnchoredShare) return;
  throw new ArgumentError({
    problem: `${(100 * share).toFixed(1)} % of the increments (the smallest is ${minimum}) lie at or below the anchor ${anchor}`,
    expected: `${100 * leastAnchoredShare} % or more, because they alone tie the map to its teacher`,
    remedy: reason,
  });
}
