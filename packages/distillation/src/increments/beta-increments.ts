import type { Key } from "@eddyflow/core";
import { split, uniform } from "@eddyflow/random";
import { randomBeta } from "d3-random";
import {
  type ContinuousIncrementsOptions,
  checkLimits,
  continuousIncrements,
  defaultMinimum,
} from "./continuous-increments.ts";
import { checkRange, type IncrementDistribution } from "./increment-distribution.ts";

export interface BetaIncrementsOptions extends ContinuousIncrementsOptions {
  /** First shape of the beta law, from .01 to 100; ½ by default, which favours short increments. */
  readonly alpha?: number;
  /** Second shape, from .01 to 100; 1 by default. */
  readonly beta?: number;
}

const shapeRange = [0.01, 100] as const;

/**
 * δ = m + (M − m)b with b from the beta law, m the minimum and M the maximum; t uniform on [0, 1 − δ]. By default it favours short
 * increments: with b ~ Beta(½, 1), P(b ≤ d) = √d. For a map that is followed in many steps, or any wish about the
 * mean δ: that of b is α/(α + β).
 *
 * @throws ArgumentError if a shape, `minimum` or `maximum` is out of range.
 */
export function betaIncrements({
  alpha = 0.5,
  beta = 1,
  minimum = defaultMinimum,
  maximum = 1,
}: BetaIncrementsOptions = {}): IncrementDistribution {
  checkRange("alpha", alpha, shapeRange);
  checkRange("beta", beta, shapeRange);
  checkLimits(minimum, maximum);
  return continuousIncrements({
    minimum,
    maximum,
    deltaOf: (key, count) => {
      // Rejection takes an unknown number of draws: each sample reads a stream of its own.
      const keys = split(key, count);
      return (i) => {
        const b = randomBeta.source(stream(keys[i] as Key))(alpha, beta)();
        return minimum + (maximum - minimum) * b;
      };
    },
  });
}

/** An endless stream of uniform numbers, as d3-random wants it. */
function stream(key: Key): () => number {
  let [next, rest] = split(key);
  let block = uniform(next, 16);
  let used = 0;
  return () => {
    if (used === block.length) {
      [next, rest] = split(rest);
      block = uniform(next, 16);
      used = 0;
    }
    return block[used++] as number;
  };
}
