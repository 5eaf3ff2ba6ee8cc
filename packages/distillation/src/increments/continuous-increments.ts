import type { Key } from "@eddyflow/core";
import { split, uniform } from "@eddyflow/random";
import { checkRange, type IncrementDistribution, rounding } from "./increment-distribution.ts";
import { leastAnchoredShare, shareUpTo } from "./trial-draws.ts";

/** The origin's smallest increment: at δ = 0 a flow map is the identity and teaches nothing. */
export const defaultMinimum = 1e-3;

/** What `minimum` may be. Below this float32 does not tell t from t + δ. */
const minimumRange: readonly [number, number] = [1e-6, 1];

export interface ContinuousIncrementsOptions {
  /** The smallest δ, in [1e-6, 1]; .001 by default. */
  readonly minimum?: number;
  /** The largest δ, from `minimum` to 1; 1 by default. */
  readonly maximum?: number;
}

/** @throws ArgumentError unless 1e-6 ≤ `minimum` ≤ `maximum` ≤ 1. */
export function checkLimits(minimum: number, maximum: number): void {
  checkRange("minimum", minimum, minimumRange);
  checkRange("maximum", maximum, [minimum, 1]);
}

interface Law {
  readonly minimum: number;
  readonly maximum: number;
  /** Given a key and a number of samples, δ by the number of the sample. */
  readonly deltaOf: (key: Key, count: number) => (index: number) => number;
}

/**
 * The distribution whose δ has the given law on all of [minimum, maximum], with t uniform on [0, 1 − δ].
 *
 * Its anchor is the first of ⅛, ¼ and ½, each at least twice the minimum, that enough draws stay below; where there
 * is none it is the maximum.
 */
export function continuousIncrements({ minimum, maximum, deltaOf }: Law): IncrementDistribution {
  const draw: IncrementDistribution["draw"] = (key, count) => {
    const [forDelta, forTime] = split(key);
    const delta = Float32Array.from({ length: count }, (_, i) => i).map(deltaOf(forDelta, count));
    // u ≤ 1 − 2⁻²⁴, so that t, rounded to float32, is no more than 1 − δ.
    const t = uniform(forTime, count).map((u, i) => u * (1 - (delta[i] as number)));
    return { t, delta };
  };
  const anchor = [1 / 8, 1 / 4, 1 / 2]
    .map((limit) => Math.max(limit, 2 * minimum))
    .find((limit) => limit < maximum && shareUpTo({ draw }, limit) >= leastAnchoredShare);
  return {
    draw,
    minimum,
    maximum,
    anchor: anchor ?? maximum,
    covers: (t, delta) =>
      delta >= minimum - rounding &&
      delta <= maximum + rounding &&
      t >= -rounding &&
      t + delta <= 1 + rounding,
  };
}
