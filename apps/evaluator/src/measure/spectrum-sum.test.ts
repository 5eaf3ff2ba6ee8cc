import { expect, test } from "vitest";
import { comparedLayout, inUnits, type Layout } from "./layout.ts";
import { addShells, emptyShells, meanShells, spectraOf, spectrumAxis } from "./spectrum-sum.ts";

const [nz, ny, nx] = [3, 8, 16];
const volume: Layout = {
  grid: {
    shape: [nz, ny, nx],
    extent: [1, 2, 4],
    boundary: ["wall", "periodic", "periodic"],
  },
  channels: 1,
  names: ["u"],
  std: [1],
};

/** Aₖ sin(2π·3x/nx) on plane z = k: the energy of mode 3 is A²/2. */
const planes = Float32Array.from(
  { length: nz * ny * nx },
  (_, i) => (1 + Math.floor(i / (ny * nx))) * Math.sin((2 * Math.PI * 3 * (i % nx)) / nx),
);

const shellsOf = (state: Float32Array, layout: Layout) =>
  meanShells(
    [spectraOf(state, layout)].filter((spectra) => spectra !== null).reduce(addShells, emptyShells),
  );

test("between walls energies are those along the periodic axes, mean over the planes", () => {
  const shells = shellsOf(planes, volume) ?? [];
  const expected = (1 + 4 + 9) / 3 / 2;
  for (const [k, energy] of shells.entries()) expect(energy).toBeCloseTo(k === 3 ? expected : 0, 6);
  // |k| = 3 of N = 16 lies in N/8 … N/4.
  expect(spectraOf(planes, volume)?.[0]).toMatchObject({ low: expect.closeTo(0, 6) });
  expect(spectraOf(planes, volume)?.[0]?.mid).toBeCloseTo(expected, 6);
});

test("wherever the wall's axis stands, the parts are the same", () => {
  const turned = new Float32Array(planes.length);
  for (let i = 0; i < planes.length; i++) {
    const [z, y, x] = [Math.floor(i / (ny * nx)), Math.floor(i / nx) % ny, i % nx];
    turned[(y * nx + x) * nz + z] = planes[i] as number;
  }
  const other = {
    ...volume,
    grid: {
      shape: [ny, nx, nz],
      extent: [2, 4, 1],
      boundary: ["periodic", "periodic", "wall"],
    },
  } satisfies Layout;
  expect(shellsOf(turned, other)).toEqual(shellsOf(planes, volume));
});

test("without a periodic axis there are no spectra", () => {
  const box: Layout = { ...volume, grid: { ...volume.grid, boundary: ["wall", "wall", "wall"] } };
  expect([shellsOf(planes, box), spectraOf(planes, box), spectrumAxis(box)]).toEqual([
    null,
    null,
    null,
  ]);
});

test("the time of a state is not compared, and its fields are in their own units", () => {
  const layout: Layout = { ...volume, channels: 3, names: ["u", "timestamp", "v"], std: [2, 7, 4] };
  const states = Float32Array.from([2, 70, 8, 4, 70, 12]);
  expect(Array.from(inUnits(states, layout))).toEqual([1, 2, 2, 3]);
  expect(comparedLayout(layout)).toMatchObject({ channels: 2, names: ["u", "v"], std: [2, 4] });
});

test("the wavenumbers come from the extent of the periodic axes", () => {
  expect(spectrumAxis(volume)).toEqual({ spacing: Math.PI / 2, low: 2, mid: 4, complete: 8 });
});

test("waves of equal length lie in the same shell, where cells are longer along one axis", () => {
  const layout: Layout = {
    ...volume,
    grid: { shape: [8, 16], extent: [1, 1], boundary: ["periodic", "periodic"] },
  };
  const wave = (turn: (i: number) => number) =>
    Float32Array.from({ length: 8 * 16 }, (_, i) => Math.sin(2 * Math.PI * 3 * turn(i)));
  const along = [wave((i) => (i % 16) / 16), wave((i) => Math.floor(i / 16) / 8)];
  for (const field of along) {
    expect(shellsOf(field, layout)?.[3]).toBeCloseTo(0.5, 6);
  }
});
