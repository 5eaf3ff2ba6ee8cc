import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { bandEnergyRatios } from "./band-energy-ratios.ts";

const n = 16;
const grid = { shape: [n, n] };

/** One wave in each band, with an amplitude each, about a mean of 3. */
const waves = (low: number, mid: number, high: number) =>
  Float64Array.from({ length: n * n }, (_, i) => {
    const [y, x] = [(2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n];
    return 3 + low * Math.cos(x) + mid * Math.sin(2 * y + x) + high * Math.cos(4 * x - 3 * y);
  });

test("each band has the ratio of its squared amplitudes, whatever the mean", () => {
  const prediction = waves(2, 0.5, 0.9).map((u) => u - 7);
  const { low, mid, high } = bandEnergyRatios(prediction, waves(1, 1, 1), grid);
  expect(low).toBeCloseTo(4, 10);
  expect(mid).toBeCloseTo(0.25, 10);
  expect(high).toBeCloseTo(0.81, 10);
});

test("the energies of several frames are summed before they are divided", () => {
  const ratios = bandEnergyRatios(
    [waves(1, 1, 1), waves(3, 1, 0)],
    [waves(1, 1, 1), waves(2, 1, 1)],
    grid,
  );
  expect(ratios.low).toBeCloseTo(10 / 5, 10);
  expect(ratios.mid).toBeCloseTo(1, 10);
  expect(ratios.high).toBeCloseTo(1 / 2, 10);
});

test("channels of different size count alike", () => {
  const interleaved = (a: Float64Array, b: Float64Array) =>
    Float32Array.from({ length: 2 * n * n }, (_, i) => (i % 2 === 0 ? a : b)[i >> 1] ?? 0);
  const { low } = bandEnergyRatios(
    interleaved(waves(2, 1, 1), waves(100, 1, 1)),
    interleaved(waves(1, 1, 1), waves(100, 1, 1)),
    grid,
  );
  expect(low).toBeCloseTo(2.5, 4);
});

test("frames that do not fit the shape are a ShapeError", () => {
  const field = waves(1, 1, 1);
  const calls = [
    () => bandEnergyRatios(field, field, { shape: [n, n + 1] }),
    () => bandEnergyRatios([field], [field, field], grid),
    () => bandEnergyRatios(field.slice(1), field, grid),
    () => bandEnergyRatios([], [], grid),
  ];
  for (const call of calls) {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(isEddyflowError(caught, "ShapeError")).toBe(true);
  }
});
