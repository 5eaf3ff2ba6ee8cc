import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { realFft, wavenumbers } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import { turbulentVelocity } from "./turbulent-velocity.ts";

const channel = (state: Float64Array, c: number) => state.filter((_, i) => i % 4 === c);

/** Shares of the kinetic energy without and with divergence, and the largest whole wavenumber with any. */
function spectrum(state: Float64Array, n: number) {
  const fft = realFft([n, n]);
  const [x, y] = [0, 1].map((c) => fft.forward(channel(state, c))) as [Float64Array, Float64Array];
  const k = wavenumbers(n, 2 * Math.PI);
  let [all, compressive, highest] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= n / 2; column++) {
      const at = 2 * (row * (n / 2 + 1) + column);
      const [kx, ky] = [column, k[row] ?? Number.NaN];
      const weight = column === 0 || column === n / 2 ? 1 : 2;
      for (const part of [0, 1]) {
        const [u, v] = [x[at + part] ?? 0, y[at + part] ?? 0];
        all += weight * (u * u + v * v);
        if (kx !== 0 || ky !== 0) {
          compressive += (weight * (kx * u + ky * v) ** 2) / (kx * kx + ky * ky);
        }
        if (u * u + v * v > 1e-16) highest = Math.max(highest, kx, Math.abs(ky));
      }
    }
  }
  return { compressive: compressive / all, highest };
}

test("the velocity has no divergence, a mean magnitude of 1 and no waves above `modes`", () => {
  const state = turbulentVelocity(key(1), [64, 64], { mach: 0.1 });
  const { compressive, highest } = spectrum(state, 64);
  expect(compressive).toBeLessThan(1e-28);
  expect(highest).toBe(4);
  const [vx, vy] = [channel(state, 0), channel(state, 1)];
  const speed = vx.reduce((sum, u, i) => sum + Math.hypot(u, vy[i] ?? 0), 0) / vx.length;
  expect(speed).toBeCloseTo(1, 12);
});

test("the gas is at density 1 and pressure 1/(M²γ)", () => {
  const state = turbulentVelocity(key(2), [12, 12], { mach: 0.2, gamma: 1.4 });
  expect(channel(state, 2).every((density) => density === 1)).toBe(true);
  for (const pressure of channel(state, 3)) expect(pressure).toBeCloseTo(1 / (0.04 * 1.4), 12);
});

test("the shifted projection leaves 6 % of the energy in sound", () => {
  let mean = 0;
  for (let seed = 0; seed < 40; seed++) {
    const state = turbulentVelocity(key(seed), [16, 16], { mach: 0.1, projection: "shifted" });
    mean += spectrum(state, 16).compressive / 40;
  }
  // A Fourier transform in NumPy whose wavenumbers are one too low gave .061 ± .004 over 60 sets of phases.
  expect(mean).toBeGreaterThan(0.05);
  expect(mean).toBeLessThan(0.072);
});

test("another grid samples the same function, and another key another one", () => {
  const fine = turbulentVelocity(key(4), [27, 27], { mach: 0.1 });
  const coarse = turbulentVelocity(key(4), [9, 9], { mach: 0.1 });
  // The centre of a coarse cell is that of the middle one of its 3 × 3 fine cells.
  for (let j = 0; j < 9; j++) {
    for (let i = 0; i < 9; i++) {
      for (let c = 0; c < 4; c++) {
        const there = fine[4 * ((3 * j + 1) * 27 + 3 * i + 1) + c] ?? Number.NaN;
        expect(coarse[4 * (j * 9 + i) + c]).toBeCloseTo(there, 12);
      }
    }
  }
  expect(turbulentVelocity(key(4), [9, 9], { mach: 0.1 })).toEqual(coarse);
  expect(turbulentVelocity(key(5), [9, 9], { mach: 0.1 })).not.toEqual(coarse);
});

test("what makes no state is refused", () => {
  const calls = [
    ["ArgumentError", () => turbulentVelocity(key(6), [8, 16], { mach: 0.1 })],
    ["ArgumentError", () => turbulentVelocity(key(6), [16, 16], { mach: 0 })],
    ["ArgumentError", () => turbulentVelocity(key(6), [16, 16], { mach: 0.1, gamma: 1 })],
    ["ArgumentError", () => turbulentVelocity(key(6), [16, 16], { mach: 0.1, modes: 1.5 })],
    [
      "ArgumentError",
      () => turbulentVelocity(key(6), [16, 16], { mach: 0.1, projection: "none" as never }),
    ],
    ["ShapeError", () => turbulentVelocity(key(6), [16, 16, 16], { mach: 0.1 })],
  ] as const;
  for (const [name, call] of calls) {
    try {
      call();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, name), `${name}: ${error}`).toBe(true);
    }
  }
});
