import { ArgumentError } from "@eddyflow/core";
import { type SpacingName, spacingBetween, spacingOf } from "@eddyflow/samplers";

/** The flow times of so many steps from noise to data, equal ones where a recipe names no spacing. */
export const stepTimes = (steps: number, spacing: SpacingName = "uniform"): readonly number[] =>
  spacingOf(spacing).times(steps);

/** Whether so many equal jumps from noise to data begin and end at points of a path. */
export function meetsJumps(times: readonly number[], jumps: number): boolean {
  const length = (times.length - 1) / jumps;
  const ends = times.filter((_, point) => point % length === 0);
  return Number.isInteger(length) && spacingBetween(ends) === "uniform";
}

/** @throws ArgumentError where they do not. */
export function requireJumps(times: readonly number[], jumps: number): void {
  if (meetsJumps(times, jumps)) return;
  throw new ArgumentError({
    problem: `${jumps} equal jumps do not meet the points of a path, which lie at ${times.map((time) => time.toPrecision(3)).join(", ")}`,
    expected: "a point at each jump's end",
    remedy:
      "give the path a multiple of as many steps, and spacing=uniform for more than two jumps",
  });
}
