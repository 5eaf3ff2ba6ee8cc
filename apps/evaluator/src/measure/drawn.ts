import { percentileInterval } from "@eddyflow/metrics";
import { integers, keyFor } from "@eddyflow/random";
import { mean } from "./mean.ts";
import type { Score } from "./scores.ts";
import { type Sums, sumsOf, type Tally } from "./tally.ts";

/** A figure of all trajectories, then that of each set that is drawn from them; null where it has no meaning. */
export type Drawn = readonly (number | null)[];

/** Sets that the bootstrap draws: the same for all contestants and scores, so that they can be compared. */
const drawsPerInterval = 1000;

/** The sums over all trajectories of a tally, then those over each set that is drawn from them with replacement. */
export function drawnSums(tally: Tally, seed: number): readonly Sums[] {
  const { size } = tally.byTrajectory;
  const all = sumsOf(
    tally,
    Array.from({ length: size }, (_, place) => place),
  );
  // Without a second trajectory there is nothing to tell how much they differ.
  if (size < 2) return [all];
  const words = integers(keyFor(seed, "bootstrap", 0), drawsPerInterval * size, size);
  const draws = Array.from({ length: drawsPerInterval }, (_, i) =>
    sumsOf(tally, words.subarray(i * size, (i + 1) * size)),
  );
  return [all, ...draws];
}

/**
 * The mean over the runs of a contestant, and in each draw that over S − 1 of its S runs, drawn with replacement. With S
 * of them the variance between runs would come out (S − 1)/S times too small, which of three runs is a third. Runs of
 * the same place are drawn together for all contestants with as many, so that runs that belong together stay together.
 * Source: Rao and Wu, Resampling inference with complex survey data (1988), with m = n − 1.
 *
 * @param runs - from the same draws of trajectories. Null where one of them is: a run that is lost must not leave a mean
 *   that looks better.
 */
export function meanOverRuns(runs: readonly Drawn[], seed: number): Drawn {
  const [first = [], ...others] = runs;
  if (others.length === 0) return first;
  const picked = integers(
    keyFor(seed, "bootstrap runs", runs.length),
    others.length * first.length,
    runs.length,
  );
  return first.map((_, draw) => {
    const chosen =
      draw === 0
        ? runs
        : Array.from(
            picked.subarray(draw * others.length, (draw + 1) * others.length),
            (run) => runs[run] as Drawn,
          );
    return meanOfAll(chosen.map((run) => run[draw] ?? null));
  });
}

/** The mean, null where one is missing. */
export const meanOfAll = (values: readonly (number | null)[]): number | null => {
  const there = values.filter((value) => value !== null);
  return there.length === values.length && there.length > 0 ? mean(there) : null;
};

/** The mean of those that are there, null where none is. */
export const meanOfSome = (values: readonly (number | null)[]): number | null => {
  const there = values.filter((value) => value !== null);
  return there.length === 0 ? null : mean(there);
};

/** Figures made draw by draw of others that have the same draws. */
export const drawByDraw = (
  figures: readonly Drawn[],
  value: (figures: readonly (number | null)[]) => number | null,
): Drawn => (figures[0] ?? []).map((_, draw) => value(figures.map((one) => one[draw] ?? null)));

const noInterval = "without an interval, because some draws of trajectories have no value";

/** A score whose value is that of all trajectories, and whose interval comes from the draws. */
export function scoreOf([value = null, ...drawn]: Drawn, reason: string | undefined): Score {
  if (value !== null && !Number.isFinite(value)) {
    return { value, interval: null, reason: "the forecast is not finite" };
  }
  const interval = value === null ? null : percentileInterval(drawn);
  const reasons = reason === undefined ? [] : [reason];
  if (value !== null && interval === null && drawn.length > 0) reasons.push(noInterval);
  return { value, interval, ...(reasons.length > 0 && { reason: reasons.join("; ") }) };
}
