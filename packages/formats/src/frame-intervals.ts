import { DataError } from "@eddyflow/core";
import type { OpenDataOptions } from "./open-data-options.ts";
import type { SourceTrajectory } from "./source.ts";
import { wrongOption } from "./wrong-option.ts";

/** The time between two frames. */
export interface FrameIntervals {
  readonly common: number;
  /** That of each trajectory, as the files say it, where they differ; null otherwise. */
  readonly own: readonly number[] | null;
}

const isPositive = (interval: number | null): interval is number =>
  interval !== null && Number.isFinite(interval) && interval > 0;

/** The first trajectory whose interval is not that of trajectory 0; −1 where there is none. */
const firstOther = (intervals: readonly number[]): number =>
  intervals.findIndex((one) => Math.abs(one / (intervals[0] as number) - 1) > 1e-3);

/** What the files say; null where one of them says nothing that can be used. */
async function saidIntervals(all: readonly SourceTrajectory[]): Promise<readonly number[] | null> {
  const said: number[] = [];
  for (const trajectory of all) {
    // An interval that is given stands for times that are absent or uneven.
    const interval = await Promise.resolve(trajectory.frameInterval()).catch(() => null);
    if (!isPositive(interval)) return null;
    said.push(interval);
  }
  return said;
}

/**
 * The frame interval of trajectories. Where the files say different ones, there is no common one: they are refused, unless
 * the option `frameInterval` says what stands for it; the files' own are kept for each trajectory then.
 *
 * @throws DataError where intervals differ, or times are not even; ArgumentError where the files do not say them.
 */
export async function frameIntervalsOf(
  trajectories: readonly SourceTrajectory[],
  { frameInterval }: OpenDataOptions,
): Promise<FrameIntervals> {
  if (frameInterval !== undefined) {
    if (!isPositive(frameInterval)) {
      throw wrongOption(`a frame interval of ${frameInterval}`, "a positive time");
    }
    const said = await saidIntervals(trajectories);
    return { common: frameInterval, own: said && firstOther(said) !== -1 ? said : null };
  }
  const intervals: number[] = [];
  for (const { path, frameInterval: find } of trajectories) {
    const interval = await find();
    if (!isPositive(interval)) {
      throw wrongOption(
        interval === null
          ? `${path} does not say how far its frames are apart`
          : `${path} has a frame interval of ${interval}`,
        "the option frameInterval, a positive time",
      );
    }
    intervals.push(interval);
  }
  const other = firstOther(intervals);
  if (other === -1) return { common: intervals[0] as number, own: null };
  throw new DataError({
    problem: `the frames of trajectory ${other} (${trajectories[other]?.path}) are ${intervals[other]} apart, those of trajectory 0 ${intervals[0]}`,
    expected: "one interval in all trajectories",
    remedy:
      "open them apart; or set frameInterval to 1 to count in frames, and learn from the parameter frameInterval, which keeps the time of each",
  });
}
