import type { Key } from "@eddyflow/core";
import { integers, split, uniform } from "@eddyflow/random";

/** Squares along a side. */
export const squares = 4;
/** Half of a side, so that each coordinate has mean 0 and deviation 1, as normalised data do. */
export const half = Math.sqrt(3);
/** Bins of the histogram along a side; each square has 4 × 4. */
const bins = 16;
const perSquare = bins / squares;

/** Whether a square is one of the eight that hold points. */
export const isFilled = (column: number, row: number): boolean => (column + row) % 2 === 0;

/**
 * Points of a checkerboard of 4 × 4 squares on [−√3, √3]², uniform on the eight squares of one colour; `count` pairs
 * (x, y), one after the other.
 */
export function boardPoints(key: Key, count: number): Float32Array {
  const [forX, forY, forRow] = split(key, 3) as [Key, Key, Key];
  const [x, y] = [uniform(forX, count), uniform(forY, count)];
  const rows = integers(forRow, count, squares / 2);
  const toBoard = (position: number) => half * ((2 * position) / squares - 1);
  return Float32Array.from({ length: 2 * count }, (_, i) => {
    const point = i >> 1;
    const along = squares * (x[point] as number);
    if (i % 2 === 0) return toBoard(along);
    const row = 2 * (rows[point] as number) + (Math.floor(along) % 2);
    return toBoard(row + (y[point] as number));
  });
}

/**
 * The Kullback–Leibler divergence Σ_b p_b ln(p_b/q_b) of the board from points, over the bins of a histogram of 16 × 16:
 * p_b is 1/128 in the bins of filled squares, q_b = (n_b + ½)/Σ(n_b + ½), with all that lies outside in one more bin. In
 * nats; 0 for points that fill the board evenly, and ln 2 for points that ignore its pattern. `points` holds pairs (x, y).
 * A point that is not finite lies outside.
 */
export function divergence(points: Float32Array): number {
  const counts = new Float64Array(bins ** 2).fill(0.5);
  const inBin = (value: number) => Math.floor((bins * (value / half + 1)) / 2);
  for (let i = 0; i < points.length; i += 2) {
    const [column, row] = [inBin(points[i] as number), inBin(points[i + 1] as number)];
    const isInside = column >= 0 && column < bins && row >= 0 && row < bins;
    if (isInside) counts[row * bins + column] = (counts[row * bins + column] as number) + 1;
  }
  const total = points.length / 2 + (bins ** 2 + 1) / 2;
  const filled = bins ** 2 / 2;
  let sum = 0;
  for (const [bin, count] of counts.entries()) {
    const [column, row] = [bin % bins, Math.floor(bin / bins)];
    const hasPoints = isFilled(Math.floor(column / perSquare), Math.floor(row / perSquare));
    if (hasPoints) sum += Math.log(total / count / filled) / filled;
  }
  return sum;
}
