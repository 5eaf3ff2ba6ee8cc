import { uniform } from "@eddyflow/random";
import { continuousIncrements } from "./continuous-increments.ts";
import { checkCount, checkRange, type IncrementDistribution } from "./increment-distribution.ts";

export interface FixedIncrementsOptions {
  /** The number of steps that the sampler will take. */
  readonly steps: number;
  /** How far δ strays from 1/steps, relative to it, in [0, .99]; 0 by default. */
  readonly jitter?: number;
}

/**
 * δ = (1 + jitter·u)/steps with u uniform on [−1, 1), at most 1; t uniform on [0, 1 − δ]. For a map that is followed
 * in `steps` equal steps and no others. With little jitter no increment is half of another, and all are anchored.
 *
 * @throws ArgumentError if `steps` is not a positive integer or `jitter` is out of range.
 */
export function fixedIncrements({
  steps,
  jitter = 0,
}: FixedIncrementsOptions): IncrementDistribution {
  checkCount("steps", steps);
  checkRange("jitter", jitter, [0, 0.99]);
  return continuousIncrements({
    minimum: (1 - jitter) / steps,
    maximum: Math.min(1, (1 + jitter) / steps),
    deltaOf: (key, count) => {
      const u = uniform(key, count);
      return (i) => Math.min(1, (1 + jitter * (2 * (u[i] as number) - 1)) / steps);
    },
  });
}
