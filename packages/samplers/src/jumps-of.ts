import { ArgumentError } from "@eddyflow/core";
import { intervalsOf } from "./intervals-of.ts";

/**
 * The intervals [t, δ] that a flow map follows. It is only known for δ > 0, so the times rise strictly within [0, 1];
 * they may go a part of the way.
 *
 * @throws ArgumentError for times that `intervalsOf` refuses, and for times that fall.
 */
export function jumpsOf(times: readonly number[]): ReturnType<typeof intervalsOf> {
  const intervals = intervalsOf(times);
  if (intervals.every(([, delta]) => delta > 0)) return intervals;
  throw new ArgumentError({
    problem: `a flow map cannot go back along the times [${times.join(", ")}]`,
    expected: "times that rise within [0, 1]",
    remedy: "turn the times around, or integrate the velocity field",
  });
}
