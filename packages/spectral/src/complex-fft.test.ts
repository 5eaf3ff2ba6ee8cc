import { expect, test } from "vitest";
import { complexFft } from "./complex-fft.ts";

/** The defining sum of each column of `[n, lanes]`, Σ_j x_j e^{±2πi jk/n}. */
function naive(n: number, lanes: number, data: Float64Array, sign: 1 | -1): Float64Array {
  const out = new Float64Array(2 * n * lanes);
  for (let k = 0; k < n; k++) {
    for (let lane = 0; lane < lanes; lane++) {
      let [re, im] = [0, 0];
      for (let j = 0; j < n; j++) {
        const angle = (sign * 2 * Math.PI * ((j * k) % n)) / n;
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

const lengths = [
  1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 16, 20, 25, 27, 32, 60, 64, 77, 90, 96, 120, 128,
];

test.for(lengths.flatMap((n) => [1, 2, 3].map((lanes) => [n, lanes] as const)))(
  "%i numbers in %i lanes become their defining sums both ways, and stay as they were",
  ([n, lanes]) => {
    const data = Float64Array.from({ length: 2 * n * lanes }, (_, i) =>
      Math.sin(12.9898 * (i + 1) ** 1.3),
    );
    const { input, output, forward, inverse } = complexFft(n, lanes);
    // First another one, so that what it left behind would show.
    input.set(data.map((x) => 2 - x));
    forward();
    input.set(data);
    for (const [transform, sign] of [
      [forward, -1],
      [inverse, 1],
    ] as const) {
      transform();
      const expected = naive(n, lanes, data, sign);
      for (const [i, x] of output.entries())
        expect(Math.abs(x - (expected[i] ?? 0))).toBeLessThan(1e-11);
      expect(input).toEqual(data);
    }
  },
);
