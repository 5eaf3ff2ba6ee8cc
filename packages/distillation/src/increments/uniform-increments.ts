import { uniform } from "@eddyflow/random";
import {
  type ContinuousIncrementsOptions,
  continuousIncrements,
  defaultMinimum,
  minimumRange,
} from "./continuous-increments.ts";
import { checkRange, type IncrementDistribution } from "./increment-distribution.ts";

/**
 * δ uniform on [minimum, 1], t uniform on [0, 1 − δ]. For a map that a sampler may follow over any times.
 *
 * @throws ArgumentError if `minimum` is out of range.
 */
export function uniformIncrements({
  minimum = defaultMinimum,
}: ContinuousIncrementsOptions = {}): IncrementDistribution {
  checkRange("minimum", minimum, minimumRange);
  return continuousIncrements({
    minimum,
    maximum: 1,
    deltaOf: (key, count) => {
      const u = uniform(key, count);
      return (i) => minimum + (1 - minimum) * (u[i] as number);
    },
  });
}
