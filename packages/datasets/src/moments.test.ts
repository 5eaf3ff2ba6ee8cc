import { key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import { moments } from "./moments.ts";

/** Mean and population variance in two passes, each value's distance from the mean summed with its error. */
function twoPasses(values: readonly number[]) {
  const sum = (terms: readonly number[]) => {
    let [total, lost] = [0, 0];
    for (const term of terms) {
      const next = total + (term - lost);
      lost = next - total - (term - lost);
      total = next;
    }
    return total;
  };
  const mean = sum(values) / values.length;
  return { mean, variance: sum(values.map((value) => (value - mean) ** 2)) / values.length };
}

test.for([0, 1, 1e4, -1e6])(
  "one pass in pieces is two passes over everything, to rounding, about %d",
  (offset) => {
    const [channels, frames, points] = [2, 20, 300];
    const seen = moments(channels);
    const all: number[][] = [[], []];
    for (let frame = 0; frame < frames; frame++) {
      const values = Float64Array.from(
        normal(key(frame), points * channels),
        (value, i) => value * (1 + (i % 2)) + offset + frame / 10,
      );
      for (const [i, value] of values.entries()) all[i % 2]?.push(value);
      seen.add(values);
    }
    for (const [c, values] of all.entries()) {
      const { mean, variance } = twoPasses(values);
      const scale = Math.abs(offset) + 1;
      expect(Math.abs((seen.mean[c] as number) - mean)).toBeLessThan(1e-13 * scale);
      // The values themselves are rounded at the size of the offset.
      expect(Math.abs((seen.variance()[c] as number) / variance - 1)).toBeLessThan(1e-13 * scale);
    }
  },
);
