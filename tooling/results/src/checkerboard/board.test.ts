import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { boardPoints, divergence } from "./board.ts";

const side = 2 * Math.sqrt(3);

/** The middles of a grid of n × n over the board, those of one colour or all. */
const grid = (n: number, isWanted: (column: number, row: number) => boolean): Float32Array => {
  const points: number[] = [];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      if (!isWanted(Math.floor((4 * column) / n), Math.floor((4 * row) / n))) continue;
      points.push(side * ((column + 0.5) / n - 0.5), side * ((row + 0.5) / n - 0.5));
    }
  }
  return Float32Array.from(points);
};

test("points that fill the board evenly have no divergence", () => {
  // The half of a point that each empty bin gets is all there is.
  const points = grid(1024, (column, row) => (column + row) % 2 === 0);
  expect(divergence(points)).toBeLessThan(1.1 * Math.log(1 + 129 / 2 / (points.length / 2)));
  expect(divergence(points)).toBeGreaterThan(0);
});

test("points that ignore the pattern have ln 2", () => {
  expect(divergence(grid(1024, () => true))).toBeCloseTo(Math.LN2, 3);
});

test("points outside the board take from those inside", () => {
  const inside = grid(1024, (column, row) => (column + row) % 2 === 0);
  const points = new Float32Array(2 * inside.length).fill(9);
  points.set(inside);
  points[points.length - 1] = Number.NaN;
  expect(divergence(points)).toBeCloseTo(Math.LN2, 2);
});

test("points of the board have mean 0, deviation 1 and the divergence of their number", () => {
  const count = 2 ** 16;
  const points = boardPoints(key(1), count);
  for (const axis of [0, 1]) {
    const values = points.filter((_, i) => i % 2 === axis);
    const mean = values.reduce((sum, value) => sum + value, 0) / count;
    const square = values.reduce((sum, value) => sum + value ** 2, 0) / count;
    expect(Math.abs(mean)).toBeLessThan(4 / Math.sqrt(count));
    expect(Math.abs(square - 1)).toBeLessThan(4 / Math.sqrt(count));
  }
  // To first order (filled bins − 1)/(2 points), and half a point in each of the 129 other bins.
  const expected = (127 + 129) / (2 * count);
  expect(Math.abs(divergence(points) / expected - 1)).toBeLessThan(0.3);
});
