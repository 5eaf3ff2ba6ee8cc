import { keyFor } from "@eddyflow/random";
import type { Contestant } from "../contestants/contestant.ts";
import { chooseStarts, type Starts } from "./starts.ts";

/** What one step costs. */
export interface Cost {
  /** Wall time of one step of a whole batch divided by the batch. */
  readonly msPerStep: number;
  readonly batch: number;
}

export interface MeasureTimeOptions {
  /** States that a model steps at once. */
  readonly batch: number;
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Takes each step once after the warm-up: the figures prove nothing. */
  readonly quick?: boolean;
  /** The time in milliseconds since any fixed moment. */
  readonly clock?: () => number;
}

const usualRepeats = 7;
const timeForRepeatsMs = 10_000;

/**
 * Measures the median wall time of a step of each contestant that can be timed. Each takes one step to warm
 * up, then seven, or fewer if seven would take more than ten seconds, or one in a quick run. Contestants take turns, so that a
 * change in the machine's speed meets all of them.
 *
 * @param starts - `count` rows, repeated until a batch is full.
 */
export async function measureTime(
  contestants: readonly Contestant[],
  starts: Starts,
  count: number,
  { batch, seed, signal, quick = false, clock = () => performance.now() }: MeasureTimeOptions,
): Promise<ReadonlyMap<string, Cost>> {
  const mostRepeats = quick ? 1 : usualRepeats;
  const timed = contestants.flatMap((contestant) => {
    const rows = contestant.timedRows(batch);
    if (rows === null) return [];
    const chosen = Array.from({ length: rows }, (_, row) => row % count);
    const initial = chooseStarts(starts, count, chosen);
    return [{ contestant, rows, initial, repeats: 1, times: [] as number[] }];
  });
  const step = async ({ contestant, initial, rows }: (typeof timed)[number], repeat: number) => {
    signal.throwIfAborted();
    const forecast = contestant.begin(initial.states, rows, initial);
    try {
      const start = clock();
      await forecast.step(keyFor(seed, "time", repeat));
      return clock() - start;
    } finally {
      forecast.dispose();
    }
  };
  for (const entry of timed) {
    const warmUpMs = await step(entry, 0);
    entry.repeats = Math.max(1, Math.min(mostRepeats, Math.floor(timeForRepeatsMs / warmUpMs)));
  }
  for (let repeat = 1; repeat <= mostRepeats; repeat++) {
    for (const entry of timed) {
      if (repeat <= entry.repeats) entry.times.push(await step(entry, repeat));
    }
  }
  return new Map(
    timed.map(({ contestant, rows, times }) => [
      contestant.name,
      { msPerStep: median(times) / rows, batch: rows },
    ]),
  );
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
