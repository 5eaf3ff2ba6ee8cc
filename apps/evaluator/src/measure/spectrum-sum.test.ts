import { expect, test } from "vitest";
import { comparedLayout, inUnits, type Layout } from "./layout.ts";
import { addSpectra, bandRatios, emptySpectrum, meanShells } from "./spectrum-sum.ts";

const [nz, ny, nx] = [3, 8, 16];
const volume: Layout = {
  gridShape: [nz, ny, nx],
  boundary: ["wall", "periodic", "periodic"],
  channels: 1,
  names: ["u"],
  std: [1],
};

/** Aₖ sin(2π·3x/nx) on plane z = k: the energy of mode 3 is A²/2. */
const planes = Float32Array.from(
  { length: nz * ny * nx },
  (_, i) => (1 + Math.floor(i / (ny * nx))) * Math.sin((2 * Math.PI * 3 * (i % nx)) / nx),
);

test("between walls energies are those along the periodic axes, mean over the planes", () => {
  const sum = addSpectra(emptySpectrum, planes, 1, volume);
  const shells = meanShells(sum) ?? [];
  const expected = (1 + 4 + 9) / 3 / 2;
  for (const [k, energy] of shells.entries()) expect(energy).toBeCloseTo(k === 3 ? expected : 0, 6);
  const doubled = addSpectra(
    emptySpectrum,
    planes.map((value) => 2 * value),
    1,
    volume,
  );
  // |k| = 3 of N = 16 lies in N/8 … N/4.
  expect(bandRatios(doubled, sum)?.mid).toBeCloseTo(4, 6);
});

test("wherever the wall's axis stands, the parts are the same", () => {
  const turned = new Float32Array(planes.length);
  for (let i = 0; i < planes.length; i++) {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    turned[(y * nx + x) * nz + z] = planes[i] as number;
  }
  const other = {
    ...volume,
    gridShape: [ny, nx, nz],
    boundary: ["periodic", "periodic", "wall"],
  } as const;
  expect(meanShells(addSpectra(emptySpectrum, turned, 1, other))).toEqual(
    meanShells(addSpectra(emptySpectrum, planes, 1, volume)),
  );
});

test("without a periodic axis there are no spectra", () => {
  const box: Layout = { ...volume, boundary: ["wall", "wall", "wall"] };
  const sum = addSpectra(emptySpectrum, planes, 1, box);
  expect([meanShells(sum), bandRatios(sum, sum)]).toEqual([null, null]);
});

test("the time of a state is not compared, and its fields are in their own units", () => {
  const layout: Layout = { ...volume, channels: 3, names: ["u", "timestamp", "v"], std: [2, 7, 4] };
  const states = Float32Array.from([2, 70, 8, 4, 70, 12]);
  expect(Array.from(inUnits(states, layout))).toEqual([1, 2, 2, 3]);
  expect(comparedLayout(layout)).toMatchObject({ channels: 2, names: ["u", "v"], std: [2, 4] });
});
