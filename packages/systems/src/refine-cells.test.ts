import { averageState } from "@eddyflow/pde";
import { expect, test } from "vitest";
import { refineCells } from "./refine-cells.ts";

/** Means over n² cells of one smooth state: a shear with a slow change of pressure. */
function smooth(n: number): Float64Array {
  const fine = 4 * n;
  const state = Float64Array.from({ length: 4 * fine * fine }, (_, i) => {
    const [y, x] = [Math.floor(i / (4 * fine)), Math.floor(i / 4) % fine].map(
      (cell) => (2 * Math.PI * (cell + 0.5)) / fine,
    ) as [number, number];
    return [0.5 * Math.sin(y), 0.2 * Math.cos(x), 1 + 0.1 * Math.sin(x + y), 6 + 0.1 * Math.cos(y)][
      i % 4
    ] as number;
  });
  return averageState(state, [fine, fine], [n, n]);
}

test("a refined state keeps the mean of every field in every cell and converges with the square of the cell", () => {
  const errors = [8, 16, 32].map((n) => {
    const coarse = smooth(n);
    const fine = refineCells(coarse, n, 4, 4);
    for (let cell = 0; cell < n * n; cell++) {
      for (let c = 0; c < 4; c++) {
        let sum = 0;
        for (let y = 0; y < 4; y++) {
          for (let x = 0; x < 4; x++) {
            const row = Math.floor(cell / n) * 4 + y;
            sum += fine[(row * 4 * n + (cell % n) * 4 + x) * 4 + c] as number;
          }
        }
        expect(sum / 16).toBeCloseTo(coarse[4 * cell + c] as number, 12);
      }
    }
    const truth = smooth(4 * n);
    return truth.reduce((sum, v, i) => sum + Math.abs(v - (fine[i] as number)), 0) / truth.length;
  });
  const orders = [0, 1].map((i) => Math.log2((errors[i] as number) / (errors[i + 1] as number)));
  for (const order of orders) expect(order).toBeGreaterThan(1.6);
});

test("between cells of any size density and pressure stay positive", () => {
  const state = Float64Array.from({ length: 4 * 64 }, (_, i) =>
    i % 4 < 2 ? 0 : Math.floor(i / 4) % 3 === 0 ? 1e-3 : 10,
  );
  expect(refineCells(state, 8, 4, 4).every((value, i) => i % 4 < 2 || value > 0)).toBe(true);
});
