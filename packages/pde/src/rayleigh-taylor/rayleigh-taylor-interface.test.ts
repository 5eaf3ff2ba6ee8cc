import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { realFft } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import {
  type RayleighTaylorInterfaceOptions,
  rayleighTaylorInterface,
} from "./rayleigh-taylor-interface.ts";

const options = { atwood: 0.75, mu: 1, sigma: 0.5, phaseSpread: Math.PI, modes: 7 } as const;

/** The displacement η, from the density on a plane through the profile. */
function displacement(
  seed: number,
  [ny, nx]: readonly [number, number],
  more: Partial<RayleighTaylorInterfaceOptions> = {},
): Float64Array {
  const [thickness, nz] = [0.5, 4];
  const all = { ...options, thickness, ...more };
  const state = rayleighTaylorInterface(key(seed), [nz, ny, nx], all);
  const light = (1 - all.atwood) / (1 + all.atwood);
  return Float64Array.from({ length: ny * nx }, (_, i) => {
    const density = state[4 * (2 * ny * nx + i) + 3] ?? Number.NaN;
    const height = (density - 0.5 * (1 + light)) / (0.5 * (1 - light));
    return 0.125 - thickness * Math.atanh(height);
  });
}

test("heavy fluid of density 1 lies at rest upon light fluid of density (1 − At)/(1 + At)", () => {
  for (const atwood of [1 / 16, 3 / 4]) {
    const state = rayleighTaylorInterface(key(1), [16, 8, 8], { ...options, atwood });
    const light = (1 - atwood) / (1 + atwood);
    for (let i = 0; i < state.length; i += 4) {
      expect(state.subarray(i, i + 3)).toEqual(new Float64Array(3));
      const density = state[i + 3] ?? Number.NaN;
      expect(density).toBeGreaterThanOrEqual(light - 1e-15);
      expect(density).toBeLessThanOrEqual(1);
    }
    expect(state[3]).toBeCloseTo(light, 10);
    expect(state.at(-1)).toBeCloseTo(1, 10);
  }
});

test("the five Atwood numbers of The Well have its mean density .77363", () => {
  const mean = [3 / 4, 1 / 2, 1 / 4, 1 / 8, 1 / 16].reduce((sum, atwood) => {
    const state = rayleighTaylorInterface(key(2), [16, 16, 16], { ...options, atwood });
    return sum + state.filter((_, i) => i % 4 === 3).reduce((a, b) => a + b, 0) / 16 ** 3 / 5;
  }, 0);
  expect(mean).toBeCloseTo(0.77363, 3);
});

test("the displacement has mean 0, the amplitude asked for, and A(k) as its spectrum", () => {
  const n = 16;
  const eta = displacement(3, [n, n], { amplitude: 0.02 });
  expect(eta.reduce((sum, u) => sum + u, 0)).toBeCloseTo(0, 10);
  const square = eta.reduce((sum, u) => sum + u * u, 0) / eta.length;
  expect(Math.sqrt(square)).toBeCloseTo(0.02, 10);
  const spectrum = realFft([n, n]).forward(eta);
  const size = (i: number, j: number) => {
    const at = 2 * (j * (n / 2 + 1) + i);
    return Math.hypot(spectrum[at] ?? 0, spectrum[at + 1] ?? 0);
  };
  const expected = (k: number) => Math.exp(-((Math.log(k) - 1) ** 2) / (2 * 0.5 ** 2)) / k;
  for (const [i, j] of [
    [2, 0],
    [0, 5],
    [3, 4],
    [7, 7],
  ] as const) {
    const ratio = expected(Math.hypot(i, j)) / expected(1);
    expect(size(i, j) / size(1, 0)).toBeCloseTo(ratio, 8);
  }
});

test("phases within 0 make all waves meet at the corner, wide ones spread them", () => {
  const highest = (phaseSpread: number) =>
    displacement(4, [32, 32], { phaseSpread }).reduce((a, b) => Math.max(a, b));
  expect(displacement(4, [32, 32], { phaseSpread: 0 })[0]).toBeCloseTo(highest(0), 12);
  expect(highest(Math.PI)).toBeLessThan(0.5 * highest(0));
});

test("another grid samples the same function, or what it can hold of it", () => {
  const [coarse, fine] = [displacement(5, [15, 15]), displacement(5, [45, 45])];
  // Centres of the coarse cells are centres of every third fine one.
  coarse.forEach((u, i) => {
    const [row, column] = [Math.floor(i / 15), i % 15];
    expect(u).toBeCloseTo(fine[(3 * row + 1) * 45 + 3 * column + 1] ?? Number.NaN, 12);
  });
  const few = displacement(5, [45, 45], { mu: 20, sigma: 1, modes: 7 });
  expect(few.every(Number.isFinite)).toBe(true);
  const square = (u: Float64Array) => u.reduce((sum, x) => sum + x * x, 0) / u.length;
  expect(square(displacement(5, [6, 6]))).toBeLessThan(square(fine));
});

test("the interface depends on the key, and a box is as wide as asked", () => {
  expect(displacement(6, [8, 8])).toEqual(displacement(6, [8, 8]));
  expect(displacement(6, [8, 8])).not.toEqual(displacement(7, [8, 8]));
  const [unit, double] = [1, 2].map((scale) =>
    rayleighTaylorInterface(key(8), [8, 8, 8], {
      ...options,
      amplitude: 0.05 * scale,
      thickness: 0.1 * scale,
      extent: scale,
    }),
  );
  unit?.forEach((u, i) => {
    expect(u).toBeCloseTo(double?.[i] ?? Number.NaN, 12);
  });
});

test("what makes no interface is refused", () => {
  const calls = [
    ["ShapeError", [8, 8] as unknown as readonly [number, number, number], {}],
    ["ArgumentError", [8, 8, 8], { atwood: 0 }],
    ["ArgumentError", [8, 8, 8], { mu: Number.NaN }],
    ["ArgumentError", [8, 8, 8], { sigma: 0 }],
    ["ArgumentError", [8, 8, 8], { phaseSpread: 4 }],
    ["ArgumentError", [8, 8, 8], { amplitude: -1 }],
    ["ArgumentError", [8, 8, 8], { thickness: 0 }],
    ["ArgumentError", [8, 8, 8], { modes: 1.5 }],
    ["ArgumentError", [8, 8, 8], { extent: -1 }],
  ] as const;
  for (const [name, shape, wrong] of calls) {
    try {
      rayleighTaylorInterface(key(9), shape, { ...options, ...wrong });
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name), `${name}: ${error}`).toBe(true);
    }
  }
});
