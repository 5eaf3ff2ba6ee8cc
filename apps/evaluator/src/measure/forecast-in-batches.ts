import type { Key } from "@eddyflow/core";
import { foldIn } from "@eddyflow/random";
import type { Contestant, Forecast } from "../contestants/contestant.ts";
import { type Layout, sizeOf } from "./layout.ts";

/**
 * Begins `members` forecasts from each of `count` states, `[count, ...space, channel]`, at most `batch` rows at
 * a time. The members of one state are neighbouring rows. Contestants that get equal keys and batches get equal
 * noise.
 */
export function forecastInBatches(
  contestant: Contestant,
  states: Float32Array,
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
    const initial = new Float32Array(length * size);
    for (let row = 0; row < length; row++) {
      const state = Math.floor((first + row) / members);
      initial.set(states.subarray(state * size, (state + 1) * size), row * size);
    }
    parts.push({ first, forecast: contestant.begin(initial, length) });
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
