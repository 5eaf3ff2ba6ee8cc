import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { smoothPair } from "./smooth-pairs.ts";

const points = 16;
const { previous, next } = smoothPair(key(1), points);
const at = (field: Float32Array, y: number, x: number, c: number): number =>
  field[(((y + points) % points) * points + ((x + points) % points)) * 4 + c] as number;

test("a successor is its field carried along and stirred by products", () => {
  for (const [y, x, c] of [
    [0, 0, 0],
    [3, 15, 2],
    [8, 1, 3],
  ] as const) {
    const carried = at(previous, y - c - 1, x - 2 * (c + 1), c);
    const stirred = at(previous, y, x, (c + 1) % 4) * at(previous, y, x, (c + 2) % 4);
    expect(at(next, y, x, c)).toBeCloseTo(0.9 * carried + 0.3 * stirred, 5);
  }
});

test("fields have about unit variance and no waves beyond the third", () => {
  const variance = previous.reduce((sum, value) => sum + value ** 2, 0) / previous.length;
  expect(variance).toBeGreaterThan(0.5);
  expect(variance).toBeLessThan(2);
  // The sum over a row against a wave of four periods.
  for (const c of [0, 1, 2, 3]) {
    const product = Array.from(
      { length: points },
      (_, x) => Math.cos((2 * Math.PI * 4 * x) / points) * at(previous, 5, x, c),
    ).reduce((sum, value) => sum + value, 0);
    expect(Math.abs(product)).toBeLessThan(1e-4);
  }
});
