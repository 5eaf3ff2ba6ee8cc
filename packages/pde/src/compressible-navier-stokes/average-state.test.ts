import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { averageState } from "./average-state.ts";
import { randomState } from "./random-state.ts";

test("mass, momentum and energy of a cell are the means of those of its parts", () => {
  // Two cells of densities 1 and 3 that run apart: momentum −1 + 3, kinetic energy 2, pressures 2 and 6.
  const halves = Float64Array.of(-1, 0, 1, 2, 1, 0, 3, 6);
  const [vx, vy, density, pressure] = averageState(halves, [1, 2], [1, 1], { gamma: 1.4 });
  expect(density).toBe(2);
  expect(vx).toBe(0.5);
  expect(vy).toBe(0);
  // Energy (2 + 6)/2/0.4 + 2/2 = 11, less the kinetic ½·2·0.25, times 0.4.
  expect(pressure).toBeCloseTo(0.4 * (11 - 0.25), 13);
});

test("averaging twice is averaging once, and to the same cells nothing", () => {
  const state = randomState(key(1), [24, 36], { mach: 1 });
  const once = averageState(state, [24, 36], [4, 6]);
  const twice = averageState(averageState(state, [24, 36], [12, 12]), [12, 12], [4, 6]);
  for (const [i, value] of once.entries()) expect(twice[i]).toBeCloseTo(value, 11);
  for (const [i, value] of averageState(state, [24, 36], [24, 36]).entries()) {
    expect(state[i]).toBeCloseTo(value, 11);
  }
});

test("grids that do not divide each other are a ShapeError", () => {
  const state = new Float64Array(4 * 64).fill(1);
  for (const [from, to] of [
    [
      [8, 8],
      [3, 4],
    ],
    [
      [8, 8],
      [16, 8],
    ],
    [
      [4, 8],
      [4, 4],
    ],
    [[256], [4]],
  ] as const) {
    try {
      averageState(state, from, to);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ShapeError")).toBe(true);
    }
  }
});
