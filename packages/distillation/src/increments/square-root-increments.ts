import { uniform } from "@eddyflow/random";
import {
  type ContinuousIncrementsOptions,
  checkLimits,
  continuousIncrements,
  defaultMinimum,
} from "./continuous-increments.ts";
import type { IncrementDistribution } from "./increment-distribution.ts";

/**
 * δ = √(m² + (M² − m²)u) with u uniform on [0, 1), m the minimum and M the maximum; t uniform on [0, 1 − δ]. It favours
 * long increments: P(δ ≤ d) = (d² − m²)/(M² − m²), so that with M = 1 6 % of them are shorter than ¼. For a map that is mostly
 * followed in one or two steps. Source: the code of arXiv 2511.04641, whose smallest δ is the root of its minimum.
 *
 * @throws ArgumentError if `minimum` or `maximum` is out of range.
 */
export function squareRootIncrements({
  minimum = defaultMinimum,
  maximum = 1,
}: ContinuousIncrementsOptions = {}): IncrementDistribution {
  checkLimits(minimum, maximum);
  const square = minimum ** 2;
  return continuousIncrements({
    minimum,
    maximum,
    deltaOf: (key, count) => {
      const u = uniform(key, count);
      return (i) => Math.sqrt(square + (maximum ** 2 - square) * (u[i] as number));
    },
  });
}
