import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { describe, expect, test } from "vitest";
import { advance } from "../shared/stepper.ts";
import {
  type CompressibleNavierStokes2dOptions,
  compressibleNavierStokes2d,
} from "./compressible-navier-stokes-2d.ts";
import { randomState } from "./random-state.ts";
import { turbulentVelocity } from "./turbulent-velocity.ts";

type Point = readonly [vx: number, vy: number, density: number, pressure: number];

const gamma = 5 / 3;

/** A state sampled at the centres of [y, x] cells of a box of length `extent` along x, with square cells. */
function sampled(
  [ny, nx]: readonly [number, number],
  extent: number,
  at: (x: number, y: number) => Point,
): Float64Array {
  const h = extent / nx;
  return Float64Array.from({ length: ny * nx }, (_, i) => i).reduce(
    (state, i) => {
      state.set(at(((i % nx) + 0.5) * h, (Math.floor(i / nx) + 0.5) * h), 4 * i);
      return state;
    },
    new Float64Array(4 * ny * nx),
  );
}

/** Mean of |a − b| of one channel. */
function meanError(a: Float64Array, b: Float64Array, channel: number): number {
  let sum = 0;
  for (let i = channel; i < a.length; i += 4) sum += Math.abs((a[i] ?? 0) - (b[i] ?? Number.NaN));
  return sum / (a.length / 4);
}

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] ?? Number.NaN))), 0);

/** Sums over the cells of ρ, ρvx, ρvy and E, and of ρ|v| to hold the momenta against. */
function totals(state: Float64Array) {
  const sums = { mass: 0, momentumX: 0, momentumY: 0, energy: 0, size: 0 };
  for (let i = 0; i < state.length; i += 4) {
    const [vx = 0, vy = 0, density = 0, pressure = 0] = state.subarray(i, i + 4);
    sums.mass += density;
    sums.momentumX += density * vx;
    sums.momentumY += density * vy;
    sums.energy += pressure / (gamma - 1) + 0.5 * density * (vx * vx + vy * vy);
    sums.size += density * Math.hypot(vx, vy);
  }
  return sums;
}

const order = (errors: readonly number[]) =>
  Math.log2((errors.at(-2) ?? Number.NaN) / (errors.at(-1) ?? Number.NaN));

const inviscid = { eta: 0, zeta: 0 } as const;

describe("mass, momentum and energy stay what they were to 1e-13", () => {
  const cases: readonly [string, Float64Array, Partial<CompressibleNavierStokes2dOptions>][] = [
    [
      "in turbulence",
      turbulentVelocity(key(1), [32, 32], { mach: 0.1 }),
      { eta: 1e-8, zeta: 1e-8 },
    ],
    [
      "with shocks and large viscosities",
      randomState(key(2), [32, 32], { mach: 1.5 }),
      { eta: 0.01, zeta: 0.02 },
    ],
  ];
  test.for(cases)("%s", ([_, start, options]) => {
    const stepper = compressibleNavierStokes2d({
      numPoints: 32,
      ...inviscid,
      frameInterval: 0.05,
      ...options,
    });
    const before = totals(start);
    const state = advance(stepper, start, 8);
    const after = totals(state);
    expect(largestDifference(state, start)).toBeGreaterThan(0.1);
    expect(Math.abs(after.mass / before.mass - 1)).toBeLessThan(1e-13);
    expect(Math.abs(after.energy / before.energy - 1)).toBeLessThan(1e-13);
    expect(Math.abs(after.momentumX - before.momentumX) / before.size).toBeLessThan(1e-13);
    expect(Math.abs(after.momentumY - before.momentumY) / before.size).toBeLessThan(1e-13);
  });
});

test("an entropy wave is carried along, with order 2", () => {
  for (const along of ["x", "y"]) {
    const errors = [64, 128].map((n) => {
      const [shape, box] = [
        [4, n],
        [4 / n, 1],
      ] as const;
      const wave = (t: number) => {
        const rho = (s: number) => 1 + 0.2 * Math.sin(2 * Math.PI * (s - t));
        return along === "x"
          ? sampled(shape, 1, (x) => [1, 0.5, rho(x), 1])
          : sampled([n, 4], 4 / n, (_, y) => [0.5, 1, rho(y), 1]);
      };
      const stepper = compressibleNavierStokes2d({
        numPoints: along === "x" ? shape : [n, 4],
        extent: along === "x" ? box : [1, 4 / n],
        ...inviscid,
        frameInterval: 0.4,
      });
      const end = stepper.step(wave(0));
      expect(meanError(end, wave(0.4), 3)).toBeLessThan(1e-12);
      return meanError(end, wave(0.4), 2);
    });
    expect(order(errors)).toBeGreaterThan(1.8);
    expect(errors[1]).toBeLessThan(3e-4);
  }
});

test("sound travels and is damped as λ² + νk²λ + c²k² = 0 has it, ν = (4/3 η + ζ)/ρ, with order 2", () => {
  const [size, k] = [1e-6, 2 * Math.PI];
  for (const [eta, zeta] of [
    [0, 0],
    [0.02, 0.03],
  ] as const) {
    const damping = 0.5 * ((4 / 3) * eta + zeta) * k * k;
    const frequency = Math.sqrt(gamma * k * k - damping * damping);
    const errors = [32, 64, 128].map((n) => {
      const wave = (t: number) =>
        sampled([4, n], 1, (x) => {
          const height = size * Math.exp(-damping * t);
          const [cos, sin] = [Math.cos(k * x - frequency * t), Math.sin(k * x - frequency * t)];
          const vx = (height * (frequency * cos + damping * sin)) / k;
          return [vx, 0, 1 + height * cos, 1 + gamma * height * cos];
        });
      const stepper = compressibleNavierStokes2d({
        numPoints: [4, n],
        extent: [4 / n, 1],
        eta,
        zeta,
        frameInterval: 0.5,
      });
      return meanError(stepper.step(wave(0)), wave(0.5), 3) / (gamma * size);
    });
    expect(order(errors)).toBeGreaterThan(1.8);
    expect(errors[2]).toBeLessThan(3e-3);
  }
});

test("a shear flow decays as e^{−νk²t}, with order 2", () => {
  const [eta, density, size] = [0.02, 2, 1e-4];
  const k = 2 * Math.PI;
  const decay = Math.exp((-eta / density) * k * k * 0.5);
  for (const along of ["x", "y"]) {
    const errors = [8, 16, 32].map((n) => {
      const flow = (factor: number) =>
        sampled([n, n], 1, (x, y) =>
          along === "x"
            ? [factor * size * Math.sin(k * y), 0, density, 1]
            : [0, factor * size * Math.sin(k * x), density, 1],
        );
      const end = compressibleNavierStokes2d({
        numPoints: n,
        eta,
        zeta: 0.5,
        frameInterval: 0.5,
      }).step(flow(1));
      return meanError(end, flow(decay), along === "x" ? 0 : 1) / size;
    });
    expect(order(errors)).toBeGreaterThan(1.9);
    expect(order(errors)).toBeLessThan(2.1);
    expect(errors[2]).toBeLessThan(1e-3);
  }
});

test("an isentropic vortex is carried along with an order that nears 2", () => {
  const [extent, strength, time] = [12, 5, 1];
  const errors = [32, 64, 128].map((n) => {
    const vortex = (t: number) =>
      sampled([n, n], extent, (x, y) => {
        const [a, b] = [x - extent / 2 - t, y - extent / 2 - t];
        const bell = (strength / (2 * Math.PI)) * Math.exp((1 - a * a - b * b) / 2);
        const temperature = 1 - ((gamma - 1) / (2 * gamma)) * bell * bell;
        const density = temperature ** (1 / (gamma - 1));
        return [1 - b * bell, 1 + a * bell, density, density * temperature];
      });
    const end = compressibleNavierStokes2d({
      numPoints: n,
      extent,
      ...inviscid,
      frameInterval: time,
    }).step(vortex(0));
    return meanError(end, vortex(time), 2);
  });
  expect(order(errors)).toBeGreaterThan(1.8);
  expect(errors[2]).toBeLessThan(3e-4);
});

test("x and y are alike, and so are left and right", () => {
  const n = 24;
  const stepper = compressibleNavierStokes2d({
    numPoints: n,
    eta: 0.001,
    zeta: 0.002,
    frameInterval: 0.1,
  });
  const start = randomState(key(3), [n, n], { mach: 0.8 });
  const moved = (
    state: Float64Array,
    from: (j: number, i: number) => readonly [number, number],
    point: (p: Float64Array) => readonly number[],
  ) => {
    const out = new Float64Array(state.length);
    for (let j = 0; j < n; j++) {
      for (let i = 0; i < n; i++) {
        const [row, column] = from(j, i);
        const at = 4 * (row * n + column);
        out.set(point(state.subarray(at, at + 4)), 4 * (j * n + i));
      }
    }
    return out;
  };
  const transposed = (state: Float64Array) =>
    moved(
      state,
      (j, i) => [i, j],
      ([vx = 0, vy = 0, density = 0, pressure = 0]) => [vy, vx, density, pressure],
    );
  const mirrored = (state: Float64Array) =>
    moved(
      state,
      (j, i) => [j, n - 1 - i],
      ([vx = 0, vy = 0, density = 0, pressure = 0]) => [-vx, vy, density, pressure],
    );
  const end = stepper.step(start, 2);
  const scale = end.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
  for (const change of [transposed, mirrored]) {
    const difference = largestDifference(stepper.step(change(start), 2), change(end));
    expect(difference / scale).toBeLessThan(1e-11);
  }
});

test("density and pressure stay positive where gas is torn apart and in a blast", () => {
  const n = 48;
  const tornApart = sampled([n, n], 1, (x, y) => [x > 0.5 ? 2 : -2, y > 0.5 ? 2 : -2, 1, 0.4]);
  const blast = sampled([n, n], 1, (x, y) => [
    0,
    0,
    1,
    Math.hypot(x - 0.5, y - 0.5) < 0.2 ? 1000 : 0.01,
  ]);
  for (const [start, frameInterval] of [
    [tornApart, 0.15],
    [blast, 0.008],
  ] as const) {
    const stepper = compressibleNavierStokes2d({ numPoints: n, ...inviscid, frameInterval });
    const end = advance(stepper, start, 1);
    for (let i = 0; i < end.length; i += 4) {
      expect(end[i + 2]).toBeGreaterThan(0);
      expect(end[i + 3]).toBeGreaterThanOrEqual(1e-4);
    }
  }
});

test("several steps in one call are the same steps, and the state given is untouched", () => {
  const stepper = compressibleNavierStokes2d({
    numPoints: [12, 16],
    extent: [0.75, 1],
    eta: 1e-3,
    zeta: 0,
    frameInterval: 0.03,
  });
  expect(stepper.dt).toBe(0.03);
  expect(stepper.shape).toEqual([12, 16]);
  expect(stepper.channels).toEqual(["vx", "vy", "density", "pressure"]);
  const start = turbulentVelocity(key(4), [12, 16], { mach: 0.5 });
  const kept = start.slice();
  const twice = stepper.step(stepper.step(start));
  expect(largestDifference(stepper.step(start, 2), twice)).toBeLessThan(1e-12);
  expect(stepper.step(start, 2)).toEqual(stepper.step(start, 2));
  expect(start).toEqual(kept);
});

test("what cannot be solved is refused by an error that names the remedy", () => {
  const good = { numPoints: 8, eta: 0, zeta: 0, frameInterval: 0.1 } as const;
  const stepper = compressibleNavierStokes2d(good);
  const uniform = (point: Point) => sampled([8, 8], 1, () => point);
  const calls = [
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, numPoints: 3 })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, numPoints: [8, 8.5] })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, extent: [1, -1] })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, frameInterval: 0 })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, gamma: 1 })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, eta: -1e-8 })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, zeta: Number.NaN })],
    ["ArgumentError", () => compressibleNavierStokes2d({ ...good, cfl: 0.6 })],
    ["ShapeError", () => stepper.step(new Float64Array(64))],
    ["DataError", () => stepper.step(uniform([Number.NaN, 0, 1, 1]))],
    ["DataError", () => stepper.step(uniform([0, 0, 0, 1]))],
    ["DataError", () => stepper.step(uniform([0, 0, 1, -1]))],
    ["DataError", () => stepper.step(uniform([1e200, 0, 1, 1]))],
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
