import { expect, test } from "vitest";
import { addBump } from "./bump.ts";

test("a bump keeps the mean, is highest where it is put, and goes on across the edge", () => {
  const n = 32;
  const field = new Float64Array(n * n);
  addBump(field, { x: 0, y: 0.5 });
  expect(field.reduce((sum, u) => sum + u, 0) / n ** 2).toBeCloseTo(0, 6);
  expect(field.indexOf(Math.max(...field))).toBe((n / 2) * n);
  for (let row = 0; row < n; row++) {
    expect(field[row * n + 1]).toBeCloseTo(field[row * n + n - 1] as number, 12);
  }
});
