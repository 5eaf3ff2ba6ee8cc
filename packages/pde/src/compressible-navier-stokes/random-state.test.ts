import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { randomState } from "./random-state.ts";

const channel = (state: Float64Array, c: number) => state.filter((_, i) => i % 4 === c);
const meanOf = (field: Float64Array) => field.reduce((sum, u) => sum + u, 0) / field.length;
const at = (field: Float64Array, i: number) => field[i] ?? Number.NaN;

test("without window the mean speed is M times the sound speed of the mean state", () => {
  for (const seed of [1, 2, 3]) {
    const state = randomState(key(seed), [64, 64], { mach: 0.7, window: false });
    const [vx, vy] = [channel(state, 0), channel(state, 1)];
    const speed = meanOf(vx.map((u, i) => Math.hypot(u, at(vy, i))));
    // The waves of ρ and p have mean 0: the means are ρ₀ and ρ₀T₀.
    const sound = Math.sqrt((5 / 3) * (meanOf(channel(state, 3)) / meanOf(channel(state, 2))));
    expect(speed / sound).toBeCloseTo(0.7, 10);
  }
});

test("density, temperature and their spreads are drawn from their ranges", () => {
  const found = { density: [] as number[], temperature: [] as number[], spread: [] as number[] };
  for (let seed = 0; seed < 100; seed++) {
    const state = randomState(key(seed), [32, 32], { mach: 0.1, window: false });
    const [density, pressure] = [channel(state, 2), channel(state, 3)];
    const [rho, p] = [meanOf(density), meanOf(pressure)];
    found.density.push(rho);
    found.temperature.push(p / rho);
    found.spread.push(meanOf(density.map((d) => Math.abs(d / rho - 1))));
    found.spread.push(meanOf(pressure.map((q) => Math.abs(q / p - 1))));
    expect(density.every((d) => d > 0)).toBe(true);
    expect(pressure.every((q) => q > 0)).toBe(true);
  }
  for (const [values, low, high] of [
    [found.density, 0.1, 10],
    [found.temperature, 0.1, 10],
    [found.spread, 0.01, 0.2],
  ] as const) {
    const slack = 0.02 * (high - low);
    expect(Math.min(...values)).toBeGreaterThan(low - slack);
    expect(Math.min(...values)).toBeLessThan(low + 5 * slack);
    expect(Math.max(...values)).toBeGreaterThan(high - 5 * slack);
    expect(Math.max(...values)).toBeLessThan(high + slack);
  }
});

test("a window leaves the gas at rest and uniform outside, and half of the keys have one", () => {
  const state = randomState(key(4), [64, 64], { mach: 1, window: true });
  // Columns and rows within .04 of the border of the box lie outside every window.
  const [vx, density] = [channel(state, 0), channel(state, 2)];
  for (let i = 0; i < 64; i++) {
    expect(Math.abs(at(vx, i))).toBeLessThan(1e-4);
    expect(at(density, i)).toBeCloseTo(at(density, 0), 4);
    expect(Math.abs(at(vx, 64 * i))).toBeLessThan(1e-4);
  }
  expect(Math.max(...vx.map(Math.abs))).toBeGreaterThan(0.1);
  let windowed = 0;
  for (let seed = 0; seed < 200; seed++) {
    const corner = randomState(key(seed), [9, 9], { mach: 1 });
    if (Math.hypot(at(corner, 0), at(corner, 1)) < 1e-2) windowed++;
  }
  expect(windowed).toBeGreaterThan(70);
  expect(windowed).toBeLessThan(130);
});

test("another grid samples the same function, and another key another one", () => {
  const fine = randomState(key(5), [27, 27], { mach: 1 });
  const coarse = randomState(key(5), [9, 9], { mach: 1 });
  for (let j = 0; j < 9; j++) {
    for (let i = 0; i < 9; i++) {
      for (let c = 0; c < 4; c++) {
        const there = at(fine, 4 * ((3 * j + 1) * 27 + 3 * i + 1) + c);
        expect(at(coarse, 4 * (j * 9 + i) + c)).toBeCloseTo(there, 11);
      }
    }
  }
  expect(randomState(key(5), [9, 9], { mach: 1 })).toEqual(coarse);
  expect(randomState(key(6), [9, 9], { mach: 1 })).not.toEqual(coarse);
});

test("what makes no state is refused", () => {
  for (const [shape, mach] of [
    [[8, 16], 0.1],
    [[16, 16], -1],
    [[16, 16], Number.NaN],
  ] as const) {
    try {
      randomState(key(7), shape, { mach });
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
