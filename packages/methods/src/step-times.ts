import { ArgumentError } from "@eddyflow/core";
import { type SpacingName, spacingOf } from "@eddyflow/samplers";

/** Of times that are sums and sines in 64 bits. */
const rounding = 1e-12;

/** The flow times of so many steps from noise to data, equal ones where a recipe names no spacing. */
export const stepTimes = (steps: number, spacing: SpacingName = "uniform"): readonly number[] =>
  spacingOf(spacing).times(steps);

/** Whether so many equal jumps from noise to data begin and end at points of a path. */
export const meetsJumps = (times: readonly number[], jumps: number): boolean => {
  const length = (times.length - 1) / jumps;
  return Array.from({ length: jumps + 1 }, (_, jump) => jump).every(
    (jump) => Math.abs((times[jump * length] ?? Number.NaN) - jump / jumps) < rounding,
  );
};

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
