import type { Key } from "@eddyflow/core";
import { foldIn } from "@eddyflow/random";
import type { Contestant, Forecast } from "../contestants/contestant.ts";
import { type Layout, sizeOf } from "./layout.ts";
import { chooseStarts, type Starts } from "./starts.ts";

/**
 * Begins `members` forecasts from each of `count` starts, at most `batch` rows at a time. The members of one start
 * are neighbouring rows. Contestants that get equal keys and batches get equal noise.
 */
export function forecastInBatches(
  contestant: Contestant,
  starts: Starts,
  {
    count,
    members,
    batch,
    layout,
  }: {
    readonly count: number;
    readonly members: number;
    readonly batch: number;
    readonly layout: Layout;
  },
): Forecast {
  const size = sizeOf(layout);
  const rows = count * members;
  const parts: { readonly first: number; readonly forecast: Forecast }[] = [];
  for (let first = 0; first < rows; first += batch) {
    const length = Math.min(batch, rows - first);
    const chosen = Array.from({ length }, (_, row) => Math.floor((first + row) / members));
    const { states, ...known } = chooseStarts(starts, count, chosen);
    parts.push({ first, forecast: contestant.begin(states, length, known) });
  }
  return {
    step: async (key: Key) => {
      const next = new Float32Array(rows * size);
      for (const [index, { first, forecast }] of parts.entries()) {
        next.set(await forecast.step(foldIn(key, index)), first * size);
      }
      return next;
    },
    dispose: () => {
      for (const { forecast } of parts) forecast.dispose();
    },
  };
}
