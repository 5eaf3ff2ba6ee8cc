import { expect, test } from "vitest";
import { complexFft } from "./complex-fft.ts";

/** The defining sum of each column of `[n, lanes]`. */
function naive(n: number, lanes: number, data: Float64Array): Float64Array {
  const out = new Float64Array(2 * n * lanes);
  for (let k = 0; k < n; k++) {
    for (let lane = 0; lane < lanes; lane++) {
      let [re, im] = [0, 0];
      for (let j = 0; j < n; j++) {
        const angle = (-2 * Math.PI * ((j * k) % n)) / n;
        const at = 2 * (j * lanes + lane);
        const [x, y] = [data[at] ?? 0, data[at + 1] ?? 0];
        re += x * Math.cos(angle) - y * Math.sin(angle);
        im += x * Math.sin(angle) + y * Math.cos(angle);
      }
      out[2 * (k * lanes + lane)] = re;
      out[2 * (k * lanes + lane) + 1] = im;
    }
  }
  return out;
}

const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 20, 25, 27, 32, 60, 64, 77, 90, 96, 128];

test.for(lengths.flatMap((n) => [1, 2, 3].map((lanes) => [n, lanes] as const)))(
  "%i numbers in %i lanes become their defining sums, and stay as they were",
  ([n, lanes]) => {
    const data = Float64Array.from({ length: 2 * n * lanes }, (_, i) =>
      Math.sin(12.9898 * (i + 1) ** 1.3),
    );
    const kept = data.slice();
    const fft = complexFft(n, lanes);
    const out = new Float64Array(data.length);
    // Twice, so that what the first run left behind would show.
    fft(
      out,
      data.map((x) => 2 - x),
    );
    fft(out, data);
    const expected = naive(n, lanes, data);
    for (const [i, x] of out.entries())
      expect(Math.abs(x - (expected[i] ?? 0))).toBeLessThan(1e-11);
    expect(data).toEqual(kept);
  },
);
