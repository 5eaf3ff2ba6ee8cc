import { uniform } from "@eddyflow/random";
import {
  type ContinuousIncrementsOptions,
  checkLimits,
  continuousIncrements,
  defaultMinimum,
} from "./continuous-increments.ts";
import type { IncrementDistribution } from "./increment-distribution.ts";

/**
 * δ uniform on [minimum, maximum], t uniform on [0, 1 − δ]. For a map that a sampler may follow over any times.
 *
 * @throws ArgumentError if `minimum` or `maximum` is out of range.
 */
export function uniformIncrements({
  minimum = defaultMinimum,
  maximum = 1,
}: ContinuousIncrementsOptions = {}): IncrementDistribution {
  checkLimits(minimum, maximum);
  return continuousIncrements({
    minimum,
    maximum,
    deltaOf: (key, count) => {
      const u = uniform(key, count);
      return (i) => minimum + (maximum - minimum) * (u[i] as number);
    },
  });
}
