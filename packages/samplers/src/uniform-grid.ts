import { ArgumentError } from "@eddyflow/core";

/**
 * The grid 0, 1/steps, …, 1 of flow times.
 *
 * @throws ArgumentError unless `steps` is a positive integer.
 */
export function uniformGrid(steps: number): readonly number[] {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError({
      problem: `a grid cannot have ${steps} steps`,
      expected: "a positive integer",
      remedy: "give the number of steps from noise to data",
    });
  }
  return Array.from({ length: steps + 1 }, (_, i) => i / steps);
}
