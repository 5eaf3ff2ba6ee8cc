import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { realFft, resample } from "@eddyflow/spectral";
import { describe, expect, test } from "vitest";
import { randomFourierField } from "../shared/random-fourier-field.ts";
import { advance } from "../shared/stepper.ts";
import {
  type FourthOrderOperator,
  kuramotoSivashinsky,
  kuramotoSivashinsky2d,
} from "./kuramoto-sivashinsky.ts";

const operators: readonly FourthOrderOperator[] = ["biharmonic", "sum-of-fourth-powers"];

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] ?? Number.NaN))), 0);

const meanOf = (field: Float64Array) => field.reduce((sum, u) => sum + u, 0) / field.length;

const varianceOf = (field: Float64Array) => {
  const mean = meanOf(field);
  return field.reduce((sum, u) => sum + (u - mean) ** 2, 0) / field.length;
};

/** A field on n × n points of a box of length `extent`. */
const sampled = (n: number, extent: number, f: (x: number, y: number) => number) =>
  Float64Array.from({ length: n * n }, (_, i) =>
    f(((i % n) * extent) / n, (Math.floor(i / n) * extent) / n),
  );

const growthRate = (operator: FourthOrderOperator, kx: number, ky: number) =>
  kx ** 2 + ky ** 2 - (operator === "biharmonic" ? (kx ** 2 + ky ** 2) ** 2 : kx ** 4 + ky ** 4);

describe.for(operators)("with the %s operator", (operator) => {
  test("small waves grow and decay exactly as e^{λt}", () => {
    const [n, extent, dt, steps] = [24, 30, 0.5, 8];
    const stepper = kuramotoSivashinsky2d({ numPoints: n, extent, dt, operator });
    for (const [p, q] of [
      [1, 0],
      [0, 3],
      [2, 3],
      [3, -3],
      [7, 5],
    ] as const) {
      const [kx, ky] = [(2 * Math.PI * p) / extent, (2 * Math.PI * q) / extent];
      const growth = Math.exp(growthRate(operator, kx, ky) * dt * steps);
      const wave = sampled(n, extent, (x, y) => 1e-9 * Math.cos(kx * x + ky * y + 0.4));
      const expected = wave.map((u) => growth * u);
      expect(largestDifference(stepper.step(wave, steps), expected)).toBeLessThan(1e-16);
    }
  });

  test("the rate of change is −Δu − D⁴u − ½|∇u|² less its mean", () => {
    const [n, extent, dt] = [32, 20, 1e-3];
    const stepper = kuramotoSivashinsky2d({ numPoints: n, extent, dt, operator });
    const k = (2 * Math.PI) / extent;
    const u0 = sampled(n, extent, (x, y) => 2 * Math.cos(k * x) + Math.sin(k * (2 * x + y)));
    // |∇u|² = (2k sin kx − 2k cos p)² + (k cos p)² with p = k(2x + y); its mean is 2k² + 2k² + k²/2.
    const rate = sampled(n, extent, (x, y) => {
      const p = k * (2 * x + y);
      const ux = -2 * k * Math.sin(k * x) + 2 * k * Math.cos(p);
      const uy = k * Math.cos(p);
      return (
        2 * growthRate(operator, k, 0) * Math.cos(k * x) +
        growthRate(operator, 2 * k, k) * Math.sin(p) -
        0.5 * (ux * ux + uy * uy - 4.5 * k * k)
      );
    });
    const u1 = stepper.step(u0);
    const u2 = stepper.step(u0, 2);
    const measured = u0.map((u, i) => (-3 * u + 4 * (u1[i] ?? 0) - (u2[i] ?? 0)) / (2 * dt));
    expect(largestDifference(measured, rate)).toBeLessThan(1e-5);
  });
});

test("the error falls with the fourth power of the time step", () => {
  const make = (dt: number) =>
    kuramotoSivashinsky2d({ numPoints: 32, extent: 30, dt, operator: "biharmonic" });
  const start = advance(make(0.1), randomFourierField(key(2), [32, 32], { modes: 3 }), 600);
  const reference = make(0.0025).step(start, 800);
  const errors = [0.05, 0.025, 0.0125].map((dt) =>
    largestDifference(make(dt).step(start, Math.round(2 / dt)), reference),
  );
  for (const [i, error] of errors.slice(1).entries()) {
    const order = Math.log2((errors[i] ?? Number.NaN) / error);
    expect(order).toBeGreaterThan(3.7);
    expect(order).toBeLessThan(4.4);
  }
});

test("the two operators lead apart", () => {
  const start = randomFourierField(key(3), [32, 32]);
  const [u, v] = operators.map((operator) =>
    kuramotoSivashinsky2d({ numPoints: 32, extent: 30, dt: 0.1, operator }).step(start, 50),
  );
  expect(largestDifference(u ?? start, v ?? start)).toBeGreaterThan(0.1);
});

test("the spatial mean stays what it was", () => {
  const stepper = kuramotoSivashinsky2d({
    numPoints: 32,
    extent: 30,
    dt: 0.2,
    operator: "biharmonic",
  });
  const start = randomFourierField(key(4), [32, 32], { std: 2 }).map((u) => u + 3.7);
  const end = stepper.step(start, 300);
  expect(meanOf(end)).toBeCloseTo(3.7, 12);
  expect(varianceOf(end)).toBeGreaterThan(1);
});

test("grids of 64² and 96² points give the same solution while chaos has not set in", () => {
  const solve = (numPoints: number) =>
    kuramotoSivashinsky2d({ numPoints, extent: 30, dt: 0.1, operator: "biharmonic" }).step(
      randomFourierField(key(5), [numPoints, numPoints], { std: 3 }),
      30,
    );
  const fine = resample(solve(96), [96, 96], [64, 64]);
  expect(varianceOf(fine)).toBeGreaterThan(1);
  expect(largestDifference(solve(64), fine)).toBeLessThan(1e-4);
});

test("a state that is cut and resampled goes on as on its own grid", () => {
  const make = (numPoints: number) =>
    kuramotoSivashinsky2d({ numPoints, extent: 30, dt: 0.1, operator: "biharmonic" });
  const start = advance(make(64), randomFourierField(key(6), [64, 64]), 500);
  const coarse = make(48).step(resample(start, [64, 64], [48, 48]), 10);
  const fine = resample(make(64).step(start, 10), [64, 64], [48, 48]);
  expect(largestDifference(coarse, fine)).toBeLessThan(2e-3 * Math.sqrt(varianceOf(fine)));
});

test("in one dimension small waves grow and decay exactly as e^{λt}, on any number of points", () => {
  for (const n of [24, 25, 31]) {
    const stepper = kuramotoSivashinsky({
      shape: [n],
      extent: [22],
      dt: 0.5,
      operator: "biharmonic",
    });
    for (const p of [1, 3, 6]) {
      const k = (2 * Math.PI * p) / 22;
      const wave = Float64Array.from(
        { length: n },
        (_, i) => 1e-9 * Math.cos((2 * Math.PI * p * i) / n + 0.4),
      );
      const growth = Math.exp((k ** 2 - k ** 4) * 4);
      const expected = wave.map((u) => growth * u);
      expect(largestDifference(stepper.step(wave, 8), expected)).toBeLessThan(1e-16);
    }
  }
});

test("a field that varies along one axis only is the one-dimensional solution, along either", () => {
  const line = randomFourierField(key(11), [48], { modes: 4, std: 2 });
  const common = { dt: 0.1, operator: "sum-of-fourth-powers" } as const;
  const expected = kuramotoSivashinsky({ ...common, shape: [48], extent: [30] }).step(line, 40);
  expect(varianceOf(expected)).toBeGreaterThan(0.5);
  const alongX = kuramotoSivashinsky({ ...common, shape: [27, 48], extent: [20, 30] });
  const rows = alongX.step(
    Float64Array.from({ length: 27 * 48 }, (_, i) => line[i % 48] ?? 0),
    40,
  );
  rows.forEach((u, i) => {
    expect(u).toBeCloseTo(expected[i % 48] ?? Number.NaN, 9);
  });
  const alongY = kuramotoSivashinsky({ ...common, shape: [48, 27], extent: [30, 20] });
  const columns = alongY.step(
    Float64Array.from({ length: 48 * 27 }, (_, i) => line[Math.floor(i / 27)] ?? 0),
    40,
  );
  columns.forEach((u, i) => {
    expect(u).toBeCloseTo(expected[Math.floor(i / 27)] ?? Number.NaN, 9);
  });
});

test("axes of other lengths and numbers of points change places with the field", () => {
  const common = { dt: 0.1, operator: "biharmonic" } as const;
  const [ny, nx] = [35, 50];
  const field = randomFourierField(key(12), [ny, nx], { modes: 4, std: 2 });
  const turned = Float64Array.from(
    { length: nx * ny },
    (_, i) => field[(i % ny) * nx + Math.floor(i / ny)] ?? 0,
  );
  const wide = kuramotoSivashinsky({ ...common, shape: [ny, nx], extent: [25, 40] });
  const tall = kuramotoSivashinsky({ ...common, shape: [nx, ny], extent: [40, 25] });
  const expected = tall.step(turned, 20);
  wide.step(field, 20).forEach((u, i) => {
    expect(u).toBeCloseTo(expected[(i % nx) * ny + Math.floor(i / nx)] ?? Number.NaN, 10);
  });
});

test.for([1, 2, 3, 4] as const)("order %i converges to the solution with that power", (order) => {
  const make = (dt: number, of: 1 | 2 | 3 | 4) =>
    kuramotoSivashinsky({ shape: [48], extent: [30], dt, operator: "biharmonic", order: of });
  const start = make(0.1, 4).step(randomFourierField(key(13), [48], { std: 2 }), 400);
  const reference = make(0.0025, 4).step(start, 400);
  const errors = [0.02, 0.01].map((dt) =>
    largestDifference(make(dt, order).step(start, Math.round(1 / dt)), reference),
  );
  const measured = Math.log2((errors[0] ?? Number.NaN) / (errors[1] ?? Number.NaN));
  expect(Math.abs(measured - order)).toBeLessThan(0.25);
});

test("the mean stays, is taken out, or falls by ½⟨|∇u|²⟩, and nothing else depends on it", () => {
  const start = randomFourierField(key(14), [32, 32], { modes: 3, std: 2 }).map((u) => u + 3);
  const run = (mean: "constant" | "removed" | "evolving", steps: number, dt: number) =>
    kuramotoSivashinsky2d({
      numPoints: 32,
      extent: 30,
      dt,
      operator: "biharmonic",
      mean,
    }).step(start, steps);
  const constant = run("constant", 50, 0.1);
  expect(meanOf(constant)).toBeCloseTo(3, 12);
  for (const mean of ["removed", "evolving"] as const) {
    const other = run(mean, 50, 0.1);
    const shift = meanOf(other) - 3;
    expect(
      largestDifference(
        other.map((u) => u - shift),
        constant,
      ),
    ).toBeLessThan(1e-9);
  }
  expect(meanOf(run("removed", 50, 0.1))).toBeCloseTo(0, 12);
  const dt = 1e-4;
  const rate = (meanOf(run("evolving", 1, dt)) - 3) / dt;
  // ⟨|∇u|²⟩ by differences of neighbours on a grid eight times as fine.
  const fine = resample(start, [32, 32], [256, 256]);
  const h = 30 / 256;
  const square = fine.reduce((sum, u, i) => {
    const right = fine[256 * Math.floor(i / 256) + ((i + 1) % 256)] ?? 0;
    const below = fine[(i + 256) % fine.length] ?? 0;
    return sum + ((right - u) ** 2 + (below - u) ** 2) / (h * h * fine.length);
  }, 0);
  expect(rate / (-0.5 * square)).toBeCloseTo(1, 2);
});

test("exponax's dealiasing holds one mode less, unless 3 divides the points", () => {
  const largestHeld = (n: number, dealiasing: "two-thirds" | "two-thirds-less-one") => {
    const stepper = kuramotoSivashinsky({
      shape: [n],
      extent: [20],
      dt: 1e-3,
      operator: "biharmonic",
      dealiasing,
    });
    const rough = Float64Array.from({ length: n }, (_, i) => Math.sin(78.233 * (i + 1) ** 1.4));
    const spectrum = realFft([n]).forward(stepper.step(rough));
    return spectrum.findLastIndex((x) => Math.abs(x) > 1e-9) >> 1;
  };
  expect(largestHeld(32, "two-thirds")).toBe(10);
  expect(largestHeld(32, "two-thirds-less-one")).toBe(9);
  expect(largestHeld(33, "two-thirds")).toBe(10);
  expect(largestHeld(33, "two-thirds-less-one")).toBe(10);
});

test("modes from a third of the grid on are cut", () => {
  const n = 24;
  const stepper = kuramotoSivashinsky2d({
    numPoints: n,
    extent: 20,
    dt: 0.1,
    operator: "biharmonic",
  });
  const rough = Float64Array.from({ length: n * n }, (_, i) => Math.sin(78.233 * (i + 1) ** 1.4));
  const spectrum = realFft([n, n]).forward(stepper.step(rough));
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= n / 2; column++) {
      const inside = Math.min(row, n - row) < 8 && column < 8;
      const size = Math.hypot(
        spectrum[2 * (row * 13 + column)] ?? 0,
        spectrum[2 * (row * 13 + column) + 1] ?? 0,
      );
      if (!inside) expect(size).toBeLessThan(1e-11);
    }
  }
});

test("several steps in one call are the same steps, and the state given is untouched", () => {
  const stepper = kuramotoSivashinsky2d({
    numPoints: 32,
    extent: 30,
    dt: 0.1,
    operator: "sum-of-fourth-powers",
  });
  const start = stepper.step(randomFourierField(key(7), [32, 32]), 100);
  const kept = start.slice();
  let one = start;
  for (let i = 0; i < 5; i++) one = stepper.step(one);
  expect(largestDifference(stepper.step(start, 5), one)).toBeLessThan(1e-12);
  expect(stepper.step(start, 5)).toEqual(advance(stepper, start, 5));
  expect(start).toEqual(kept);
});

test("what cannot be solved is refused by an error that names the remedy", () => {
  const good = { numPoints: 32, extent: 30, dt: 0.1, operator: "biharmonic" } as const;
  const stepper = kuramotoSivashinsky2d(good);
  const start = randomFourierField(key(8), [32, 32]);
  const calls = [
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, dt: 0 })],
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, extent: Number.NaN })],
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, extent: 120 })],
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, operator: "laplacian" as never })],
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, order: 5 as never })],
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, mean: "free" as never })],
    ["ArgumentError", () => kuramotoSivashinsky2d({ ...good, dealiasing: "none" as never })],
    ["ShapeError", () => kuramotoSivashinsky({ ...good, shape: [32], extent: [30, 30] })],
    ["ShapeError", () => kuramotoSivashinsky({ ...good, shape: [8, 8, 8], extent: [9, 9, 9] })],
    ["ArgumentError", () => advance(stepper, start, 1.5)],
    ["ShapeError", () => advance(stepper, start.slice(1), 1)],
    ["DataError", () => advance(stepper, start.fill(Number.NaN), 1)],
  ] as const;
  for (const [name, call] of calls) {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(isEddyflowError(caught, name)).toBe(true);
  }
});

describe("on the attractor", { tags: ["slow"] }, () => {
  test.for([
    ["biharmonic", 4.0, 0.308],
    ["sum-of-fourth-powers", 4.0, 0.446],
  ] as const)(
    "of the %s operator at L = 60, std ≈ %d and persistence over one time unit errs by %d",
    ([operator, std, persistence]) => {
      const shape = [64, 64];
      const stepper = kuramotoSivashinsky2d({ numPoints: 64, extent: 60, dt: 0.1, operator });
      let state = advance(stepper, randomFourierField(key(9), shape), 1000);
      const frames = 30;
      let variance = 0;
      let error = 0;
      for (let frame = 0; frame < frames; frame++) {
        const next = advance(stepper, state, 10);
        variance += varianceOf(state) / frames;
        const squared = next.reduce((sum, u, i) => sum + (u - (state[i] ?? 0)) ** 2, 0);
        error += Math.sqrt(squared / next.length / varianceOf(next)) / frames;
        state = advance(stepper, next, 60);
      }
      expect(Math.abs(Math.sqrt(variance) / std - 1)).toBeLessThan(0.1);
      expect(Math.abs(error / persistence - 1)).toBeLessThan(0.1);
    },
  );

  test("the solution is finite and statistically the same after 700 time units", () => {
    const stepper = kuramotoSivashinsky2d({
      numPoints: 64,
      extent: 60,
      dt: 0.2,
      operator: "biharmonic",
    });
    const end = advance(stepper, randomFourierField(key(10), [64, 64]), 3500);
    const std = Math.sqrt(varianceOf(end));
    expect(std).toBeGreaterThan(3);
    expect(std).toBeLessThan(5);
  });

  test("in one dimension the solution lives on for 2000 time units, with the variance it had", () => {
    const stepper = kuramotoSivashinsky({
      shape: [96],
      extent: [60],
      dt: 0.2,
      operator: "biharmonic",
    });
    let state = advance(stepper, randomFourierField(key(15), [96]), 1000);
    const meanVariance = () => {
      let sum = 0;
      for (let i = 0; i < 100; i++) {
        state = advance(stepper, state, 45);
        sum += varianceOf(state) / 100;
      }
      return sum;
    };
    const early = meanVariance();
    expect(meanVariance() / early).toBeCloseTo(1, 0);
    expect(early).toBeGreaterThan(2);
  });
});
