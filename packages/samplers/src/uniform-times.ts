import { ArgumentError } from "@eddyflow/core";

/**
 * The flow times 0, 1/steps, …, 1.
 *
 * @throws ArgumentError unless `steps` is a positive integer.
 */
export function uniformTimes(steps: number): readonly number[] {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError({
      problem: `a sampler cannot make ${steps} steps`,
      expected: "a positive integer",
      remedy: "give the number of steps from noise to data",
    });
  }
  return Array.from({ length: steps + 1 }, (_, i) => i / steps);
}
