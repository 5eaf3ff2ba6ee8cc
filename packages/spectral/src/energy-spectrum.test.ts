import { expect, test } from "vitest";
import { bandEnergies } from "./band-energies.ts";
import { bandLimits } from "./band-limits.ts";
import { energySpectrum } from "./energy-spectrum.ts";
import { sizeOf } from "./shape.ts";

/** A field from its value at a point, given in fractions of the box. */
function fieldOf(shape: readonly number[], value: (...x: number[]) => number): Float64Array {
  const size = sizeOf(shape);
  return Float64Array.from({ length: size }, (_, i) => {
    let rest = i;
    const x = shape.map(() => 0);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const n = shape[axis] ?? 1;
      x[axis] = (rest % n) / n;
      rest = Math.floor(rest / n);
    }
    return value(...x);
  });
}

const wave = (...k: number[]) => {
  return (...x: number[]) =>
    Math.cos(2 * Math.PI * k.reduce((sum, n, i) => sum + n * (x[i] ?? 0), 0));
};

const meanSquare = (field: Float64Array) => field.reduce((sum, u) => sum + u * u, 0) / field.length;

const noise = (size: number) =>
  Float64Array.from({ length: size }, (_, i) => Math.sin(78.233 * (i + 1) ** 1.4) + 0.7);

test.for([[7], [8], [12, 9], [9, 12], [16, 16], [4, 6, 5], [5, 4, 6]])(
  "on %s points the shells add up to the mean square and the bands to the variance",
  (shape) => {
    const field = noise(sizeOf(shape));
    const shells = energySpectrum(field, shape);
    const total = shells.reduce((sum, energy) => sum + energy, 0);
    expect(total).toBeCloseTo(meanSquare(field), 12);
    const mean = field.reduce((sum, u) => sum + u, 0) / field.length;
    expect(shells[0]).toBeCloseTo(mean * mean, 12);
    const { low, mid, high } = bandEnergies(field, shape);
    expect(low + mid + high).toBeCloseTo(meanSquare(field) - mean * mean, 12);
  },
);

test("a single wave lies in the shell of its wavenumber, with energy ½", () => {
  for (const [k, shell] of [
    [[0, 3], 3],
    [[3, 0], 3],
    [[3, 4], 5],
    [[-2, 3], 4],
  ] as const) {
    const shells = energySpectrum(fieldOf([16, 16], wave(...k)), [16, 16]);
    shells.forEach((energy, s) => {
      expect(energy).toBeCloseTo(s === shell ? 0.5 : 0, 12);
    });
  }
});

test("a wave at the Nyquist wavenumber has energy 1 on either axis", () => {
  expect(energySpectrum(fieldOf([8, 8], wave(0, 4)), [8, 8])[4]).toBeCloseTo(1, 12);
  expect(energySpectrum(fieldOf([8, 8], wave(4, 0)), [8, 8])[4]).toBeCloseTo(1, 12);
});

test.for([
  [[0, 1], "low"],
  [[3, 0], "low"],
  [[2, -3], "low"],
  [[4, 0], "mid"],
  [[0, -4], "mid"],
  [[3, 3], "mid"],
  [[5, 6], "mid"],
  [[8, 0], "high"],
  [[6, 6], "high"],
  [[16, 16], "high"],
] as const)("on 32 × 32 points the wave %s lies in the band %s", ([k, band]) => {
  const field = fieldOf([32, 32], wave(...k)).map((u) => u + 2);
  const energies = bandEnergies(field, [32, 32]);
  const energy = k[0] === 16 ? 1 : 0.5;
  for (const name of ["low", "mid", "high"] as const) {
    expect(energies[name]).toBeCloseTo(name === band ? energy : 0, 12);
  }
});

test("a band ends exactly at its wavenumber: (3, 4) of 40 points has |k| = 5 = N/8", () => {
  expect(bandEnergies(fieldOf([40, 40], wave(3, 4)), [40, 40]).mid).toBeCloseTo(0.5, 12);
});

test("without an extent cells are square: a wave along the short side counts for what fits in the long one", () => {
  const shape = [8, 32];
  expect(energySpectrum(fieldOf(shape, wave(1, 0)), shape)[4]).toBeCloseTo(0.5, 12);
  expect(energySpectrum(fieldOf(shape, wave(0, 1)), shape)[1]).toBeCloseTo(0.5, 12);
  // What resolves every direction is 16 waves, as on 32 × 32 points.
  expect(bandLimits(shape)).toEqual({ low: 4, mid: 8, complete: 16 });
  expect(bandEnergies(fieldOf(shape, wave(1, 0)), shape).mid).toBeCloseTo(0.5, 12);
  expect(bandEnergies(fieldOf(shape, wave(0, 1)), shape).low).toBeCloseTo(0.5, 12);
});

test("two waves of equal length lie in the same shell and band, whatever the cells", () => {
  // Cells twice as long along y as along x, in a square box.
  const [shape, extent] = [
    [16, 32],
    [0.7, 0.7],
  ];
  for (const k of [
    [3, 0],
    [0, 3],
  ]) {
    const field = fieldOf(shape, wave(...k));
    expect(energySpectrum(field, shape, extent)[3]).toBeCloseTo(0.5, 12);
    expect(bandEnergies(field, shape, extent).mid).toBeCloseTo(0.5, 12);
  }
});

test("wavenumbers count waves along the longest side: 2 along a third of it are 6", () => {
  const [shape, extent] = [
    [16, 16],
    [0.1, 0.1 * 3],
  ];
  const field = fieldOf(shape, wave(2, 0));
  expect(energySpectrum(field, shape, extent)[6]).toBeCloseTo(0.5, 12);
  // 8 waves along the long side are all that the grid resolves in every direction.
  expect(bandLimits(shape, extent)).toEqual({ low: 2, mid: 4, complete: 8 });
  expect(bandEnergies(field, shape, extent).high).toBeCloseTo(0.5, 12);
});
