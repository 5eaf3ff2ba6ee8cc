import { ArgumentError } from "@eddyflow/core";
import { evenly } from "./evenly.ts";
import { type IncrementDistribution, rounding } from "./increment-distribution.ts";

/**
 * The increments between neighbouring flow times, each equally likely and spread as evenly as `count` allows. For a
 * student that is run on these times and no others. All of them are anchored.
 *
 * @param times - from 0 to 1, rising; [0, ½, 1] for two equal steps.
 * @throws ArgumentError unless the times rise from 0 to 1.
 */
export function incrementsBetween(times: readonly number[]): IncrementDistribution {
  checkRising(times);
  const increments = times.slice(1).map((end, i) => float32Increment(times[i] as number, end));
  const widths = increments.map(([, delta]) => delta);
  const maximum = Math.max(...widths);
  return {
    minimum: Math.min(...widths),
    maximum,
    anchor: maximum,
    draw: (key, count) => {
      const chosen = Array.from(
        evenly(key, count, increments.length),
        (i) => increments[i] as readonly [number, number],
      );
      return {
        t: Float32Array.from(chosen, ([t]) => t),
        delta: Float32Array.from(chosen, ([, delta]) => delta),
      };
    },
    covers: (t, delta) =>
      increments.some(
        ([start, width]) => Math.abs(start - t) < rounding && Math.abs(width - delta) < rounding,
      ),
  };
}

function checkRising(times: readonly number[]): void {
  const rises = times
    .slice(1)
    .every((end, i) => Math.fround(end) > Math.fround(times[i] as number));
  if (times.length >= 2 && times[0] === 0 && times.at(-1) === 1 && rises) return;
  throw new ArgumentError({
    problem: `the flow times [${times.join(", ")}] do not lead from noise to data`,
    expected: "numbers that rise from 0 to 1",
    remedy: "start with 0, end with 1 and put each time between them once, in rising order",
  });
}

/** From `start` to `end` in float32, the increment rounded down where it would lead beyond 1. */
function float32Increment(start: number, end: number): readonly [t: number, delta: number] {
  const t = Math.fround(start);
  const delta = Math.fround(end - start);
  return [t, t + delta > 1 ? Math.fround(delta * (1 - 2 ** -23)) : delta];
}
