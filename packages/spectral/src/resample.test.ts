import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { resample } from "./resample.ts";

/** A trigonometric polynomial with wavenumbers up to 3 on each axis, at a point in fractions of the box. */
const smooth = (y: number, x: number) =>
  0.4 +
  Math.sin(2 * Math.PI * (3 * y - 2 * x) + 0.3) +
  0.5 * Math.cos(2 * Math.PI * (y + 3 * x) - 1) +
  0.2 * Math.cos(2 * Math.PI * 2 * x + 0.1);

const sampled = (f: (y: number, x: number) => number, [ny, nx]: readonly [number, number]) =>
  Float64Array.from({ length: ny * nx }, (_, i) => f(Math.floor(i / nx) / ny, (i % nx) / nx));

function expectClose(a: Float64Array, b: Float64Array): void {
  expect(a.length).toBe(b.length);
  a.forEach((x, i) => {
    expect(x).toBeCloseTo(b[i] ?? Number.NaN, 11);
  });
}

test.for([
  [8, 8],
  [7, 9],
  [8, 15],
  [12, 7],
  [32, 16],
] as const)("a field of few waves is exact on %s points, from any grid that holds them", (to) => {
  for (const from of [
    [7, 7],
    [8, 8],
    [9, 16],
    [20, 12],
  ] as const) {
    expectClose(resample(sampled(smooth, from), from, to), sampled(smooth, to));
  }
});

test("refining and coarsening again gives any field back, Nyquist waves included", () => {
  const noise = Float64Array.from({ length: 6 * 8 }, (_, i) => Math.sin(78.233 * (i + 1) ** 1.4));
  for (const finer of [
    [12, 16],
    [7, 9],
    [6, 8],
    [6, 11],
    [24, 8],
  ] as const) {
    expectClose(resample(resample(noise, [6, 8], finer), finer, [6, 8]), noise);
  }
});

test("a refined field passes through the points it came from", () => {
  const noise = Float64Array.from({ length: 36 }, (_, i) => Math.sin(78.233 * (i + 1) ** 1.4));
  const fine = resample(noise, [6, 6], [12, 18]);
  noise.forEach((u, i) => {
    expect(fine[2 * Math.floor(i / 6) * 18 + 3 * (i % 6)]).toBeCloseTo(u, 11);
  });
});

test("a Nyquist wave is refined to the cosine through its points", () => {
  const alternating = Float64Array.from([1, -1, 1, -1]);
  const fine = resample(alternating, [4], [16]);
  fine.forEach((u, i) => {
    expect(u).toBeCloseTo(Math.cos((Math.PI * i) / 4), 12);
  });
});

test("coarsening drops the waves that the new grid cannot hold and keeps the mean", () => {
  const field = sampled(
    (y, x) => 2 + Math.cos(2 * Math.PI * 5 * y) + Math.sin(2 * Math.PI * x),
    [16, 16],
  );
  expectClose(
    resample(field, [16, 16], [8, 8]),
    sampled((_, x) => 2 + Math.sin(2 * Math.PI * x), [8, 8]),
  );
});

test("another number of axes is a ShapeError", () => {
  try {
    resample(new Float64Array(16), [4, 4], [16]);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ShapeError")).toBe(true);
  }
});
