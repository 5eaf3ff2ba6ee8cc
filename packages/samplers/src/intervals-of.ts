import { ArgumentError } from "@eddyflow/core";

/**
 * The intervals [t, δ] between flow times, which rise or fall strictly within [0, 1]. They may go a part of the
 * way; where they fall, every δ is negative.
 *
 * @throws ArgumentError for fewer than two times, times outside [0, 1], and times that repeat or turn back.
 */
export function intervalsOf(
  times: readonly number[],
): readonly (readonly [t: number, delta: number])[] {
  const intervals = times.slice(1).map((end, i) => {
    const start = times[i] as number;
    return [start, end - start] as const;
  });
  const isOneWay =
    intervals.every(([, delta]) => delta > 0) || intervals.every(([, delta]) => delta < 0);
  if (times.length < 2 || !times.every((t) => t >= 0 && t <= 1) || !isOneWay) {
    throw new ArgumentError({
      problem: `[${times.join(", ")}] are not flow times to go along`,
      expected: "two or more numbers within [0, 1] that only rise or only fall",
      remedy: "use uniformTimes(steps), or list the times in their order",
    });
  }
  return intervals;
}
