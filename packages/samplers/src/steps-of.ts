import { ArgumentError } from "@eddyflow/core";

/** The steps [t, δ] between the points of a grid. */
export function stepsOf(grid: readonly number[]): readonly (readonly [t: number, delta: number])[] {
  if (grid.length < 2 || !grid.every(Number.isFinite)) {
    throw new ArgumentError({
      problem: `[${grid.join(", ")}] is not a grid of flow times`,
      expected: "two or more finite numbers",
      remedy: "use uniformGrid(steps), or list the times from 0 to 1",
    });
  }
  return grid.slice(1).map((end, i) => {
    const start = grid[i] as number;
    return [start, end - start];
  });
}
