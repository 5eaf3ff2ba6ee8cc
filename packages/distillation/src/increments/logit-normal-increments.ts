import { ArgumentError } from "@eddyflow/core";
import { normal } from "@eddyflow/random";
import {
  type ContinuousIncrementsOptions,
  checkLimits,
  continuousIncrements,
  defaultMinimum,
} from "./continuous-increments.ts";
import { checkRange, type IncrementDistribution } from "./increment-distribution.ts";

export interface LogitNormalIncrementsOptions extends ContinuousIncrementsOptions {
  /** Mean μ of the logit of δ, from −10 to 10; 0 by default, where the median of δ is ½. */
  readonly mean?: number;
  /** Deviation σ of the logit of δ, above 0 and at most 10; 1 by default. */
  readonly deviation?: number;
}

/**
 * δ = m + (M − m)/(1 + e^−z) with z ~ N(μ, σ²), m the minimum and M the maximum; t uniform on [0, 1 − δ]. A hump around
 * 1/(1 + e^−μ): few increments are very short or very long. For a map that is followed in steps of about that size;
 * σ = 1.5 and more also reach both ends often.
 *
 * Source of its use for the gap between two flow times: terminal velocity matching (lumalabs/tvm) with μ = −.8, σ = 1.
 *
 * @throws ArgumentError if a number is out of range.
 */
export function logitNormalIncrements({
  mean = 0,
  deviation = 1,
  minimum = defaultMinimum,
  maximum = 1,
}: LogitNormalIncrementsOptions = {}): IncrementDistribution {
  checkRange("mean", mean, [-10, 10]);
  checkLimits(minimum, maximum);
  if (!(deviation > 0 && deviation <= 10)) {
    throw new ArgumentError({
      problem: `deviation is ${deviation}`,
      expected: "a number above 0, at most 10",
      remedy: "give another deviation",
    });
  }
  return continuousIncrements({
    minimum,
    maximum,
    deltaOf: (key, count) => {
      const z = normal(key, count);
      return (i) =>
        minimum + (maximum - minimum) / (1 + Math.exp(-(mean + deviation * (z[i] as number))));
    },
  });
}
