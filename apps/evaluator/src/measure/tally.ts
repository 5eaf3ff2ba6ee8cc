import type { Measures } from "./state-measures.ts";

/** Sums over states: channel after channel, and in a channel measure after measure. */
export interface Sums {
  readonly totals: Float64Array;
  /** Over how many states each. */
  readonly counts: Float64Array;
  /** How many states there are. */
  states: number;
}

/** What was measured of forecasts so far: sums by trajectory, so that trajectories can be drawn anew. */
export interface Tally {
  readonly channels: number;
  /** Names of the measures. */
  readonly measures: readonly string[];
  readonly byTrajectory: Map<number, Sums>;
}

/** The tally of no states. */
export const emptyTally = (channels: number, measures: readonly string[]): Tally => ({
  channels,
  measures,
  byTrajectory: new Map(),
});

const emptySums = ({ channels, measures }: Tally): Sums => ({
  totals: new Float64Array(channels * measures.length),
  counts: new Float64Array(channels * measures.length),
  states: 0,
});

/** Adds a state of a trajectory to a tally, which changes: the measures of each channel. */
export function addToTally(tally: Tally, trajectory: number, state: readonly Measures[]): void {
  const sums = tally.byTrajectory.get(trajectory) ?? emptySums(tally);
  tally.byTrajectory.set(trajectory, sums);
  sums.states++;
  for (const [channel, measured] of state.entries()) {
    for (const [index, name] of tally.measures.entries()) {
      const value = measured[name] ?? null;
      if (value === null) continue;
      const at = channel * tally.measures.length + index;
      sums.totals[at] = (sums.totals[at] as number) + value;
      sums.counts[at] = (sums.counts[at] as number) + 1;
    }
  }
}

/** The sums over the trajectories with these places in the tally, one of which may come several times. */
export function sumsOf(tally: Tally, places: ArrayLike<number>): Sums {
  const trajectories = [...tally.byTrajectory.values()];
  const sums = emptySums(tally);
  const { totals, counts } = sums;
  for (let i = 0; i < places.length; i++) {
    const own = trajectories[places[i] as number] as Sums;
    sums.states += own.states;
    for (let at = 0; at < totals.length; at++) {
      totals[at] = (totals[at] as number) + (own.totals[at] as number);
      counts[at] = (counts[at] as number) + (own.counts[at] as number);
    }
  }
  return sums;
}

/** Where the sums of a measure of a channel are; −1 where the tally does not have it. */
export function placeOf({ measures }: Tally, channel: number, measure: string): number {
  const index = measures.indexOf(measure);
  return index === -1 ? -1 : channel * measures.length + index;
}

/** The mean in a place of sums; null where no state has it. */
export function meanAt({ totals, counts }: Sums, place: number): number | null {
  const count = counts[place] ?? 0;
  return count === 0 ? null : (totals[place] as number) / count;
}
