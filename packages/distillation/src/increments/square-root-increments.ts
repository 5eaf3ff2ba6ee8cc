import { uniform } from "@eddyflow/random";
import {
  type ContinuousIncrementsOptions,
  continuousIncrements,
  defaultMinimum,
  minimumRange,
} from "./continuous-increments.ts";
import { checkRange, type IncrementDistribution } from "./increment-distribution.ts";

/**
 * δ = √(m² + (1 − m²)u) with u uniform on [0, 1) and m the minimum; t uniform on [0, 1 − δ]. It favours long
 * increments: P(δ ≤ d) = (d² − m²)/(1 − m²), so that 6 % of them are shorter than ¼. For a map that is mostly
 * followed in one or two steps. Source: the code of arXiv 2511.04641, whose smallest δ is the root of its minimum.
 *
 * @throws ArgumentError if `minimum` is out of range.
 */
export function squareRootIncrements({
  minimum = defaultMinimum,
}: ContinuousIncrementsOptions = {}): IncrementDistribution {
  checkRange("minimum", minimum, minimumRange);
  const square = minimum ** 2;
  return continuousIncrements({
    minimum,
    maximum: 1,
    deltaOf: (key, count) => {
      const u = uniform(key, count);
      return (i) => Math.sqrt(square + (1 - square) * (u[i] as number));
    },
  });
}
