import { ArgumentError } from "@eddyflow/core";

/**
 * The intervals [t, δ] between flow times.
 *
 * @throws ArgumentError for fewer than two times, and for one that is not finite.
 */
export function intervalsOf(
  times: readonly number[],
): readonly (readonly [t: number, delta: number])[] {
  if (times.length < 2 || !times.every(Number.isFinite)) {
    throw new ArgumentError({
      problem: `[${times.join(", ")}] are not flow times to go along`,
      expected: "two or more finite numbers",
      remedy: "use uniformTimes(steps), or list the times from 0 to 1",
    });
  }
  return times.slice(1).map((end, i) => {
    const start = times[i] as number;
    return [start, end - start];
  });
}
