import { expect, test } from "vitest";
import { bandEnergyRatios } from "./band-energy-ratios.ts";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { energyDrift } from "./conserved-quantities.ts";
import { correlationTime } from "./correlation-time.ts";
import { divergence } from "./divergence.ts";
import { spreadSkillRatio } from "./ensemble.ts";
import { h1Error } from "./h1-error.ts";
import { nrmse } from "./nrmse.ts";
import { pearson } from "./pearson.ts";
import { vrmse } from "./vrmse.ts";

const n = 32;
const grid = { shape: [n], extent: [1], boundary: ["periodic"] } as const;
const wave = (k: number, mean = 0) =>
  Float32Array.from({ length: n }, (_, i) => mean + Math.sin((2 * Math.PI * k * i) / n));
const flat = (value: number) => new Float32Array(n).fill(value);

test.for([0, 0.1, 101_325])(
  "a truth that is %d everywhere has no VRMSE and no correlation",
  (u) => {
    expect(vrmse(wave(1), flat(u))).toBeNull();
    expect(vrmse(flat(u), flat(u))).toBeNull();
    expect(pearson(wave(1), flat(u))).toBeNull();
    expect(pearson(flat(u), wave(1))).toBeNull();
  },
);

test("a truth that varies by rounding alone is constant", () => {
  const rounded = flat(0.1).map((u, i) => u + (i % 2) * 7.4e-9);
  expect(new Set(rounded).size).toBe(2);
  expect(vrmse(wave(1), rounded)).toBeNull();
  expect(
    vrmse(
      wave(1),
      flat(0.1).map((u, i) => u + (i % 2) * 1e-6),
    ),
  ).not.toBeNull();
});

test("a truth of zeros has no error relative to it", () => {
  expect(nrmse(wave(1), flat(0))).toBeNull();
  expect(h1Error(wave(1), flat(0), grid)).toBeNull();
  expect(energyDrift(wave(1), flat(0))).toBeNull();
});

test("a band in which the truth has no energy has no ratio", () => {
  // N/8 = 4 and N/4 = 8 waves: only the first band has energy, the others what rounding leaves.
  const forecast = wave(1).map((u, i) => u + 0.5 * (wave(12)[i] as number));
  const ratios = bandEnergyRatios(forecast, wave(1, 3), grid);
  expect(ratios.low).toBeCloseTo(1, 6);
  expect([ratios.mid, ratios.high]).toEqual([null, null]);
});

test("a channel without energy in a band is left out of that band’s mean", () => {
  const interleaved = (a: Float32Array, b: Float32Array) =>
    Float32Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? a : b)[i >> 1] as number);
  const { low, high } = bandEnergyRatios(
    interleaved(
      wave(1),
      wave(12).map((u) => 2 * u),
    ),
    interleaved(wave(1), wave(12)),
    grid,
  );
  expect(low).toBeCloseTo(1, 5);
  expect(high).toBeCloseTo(4, 5);
});

test("a velocity that is the same everywhere has no relative divergence, and a stream function’s has none at all", () => {
  const plane = { shape: [n, n], extent: [2, 1], boundary: ["periodic", "periodic"] } as const;
  const field = (value: (y: number, x: number) => number) =>
    Float64Array.from({ length: n * n }, (_, i) =>
      value((2 * Math.PI * Math.floor(i / n)) / n, (2 * Math.PI * (i % n)) / n),
    );
  const constant = field(() => 0.1);
  expect(divergence([constant, constant], plane)).toBeNull();
  // ψ = sin y · cos 2x in a box of 2 × 1: v_y = −∂ψ/∂x, v_x = ∂ψ/∂y.
  const vy = field((y, x) => 2 * Math.PI * 2 * Math.sin(y) * Math.sin(2 * x));
  const vx = field((y, x) => Math.PI * Math.cos(y) * Math.cos(2 * x));
  expect(divergence([vy, vx], plane)).toBeLessThan(1e-12);
  // A flow away from a point is all divergence.
  const source = [field((y) => 2 * Math.sin(y)), field((_, x) => Math.sin(x))];
  expect(divergence(source, plane)).toBeCloseTo(1, 12);
  expect(() => divergence([vy], plane)).toThrow(/one for each axis/u);
});

test("an ensemble whose mean has no error has no ratio of spread to skill", () => {
  expect(spreadSkillRatio([flat(1), flat(3)], flat(2))).toBeNull();
});

test("a correlation that never falls below the threshold says so, and a missing one has no time", () => {
  expect(correlationTime([0.99, 0.95], 2, 0.9)).toEqual({ time: 4, isReached: false });
  expect(correlationTime([0.99, null, 0.5], 2, 0.9)).toBeNull();
  expect(correlationTime([0.5, null], 2, 0.9)?.time).toBeCloseTo(0.4, 12);
  expect(correlationTime([], 2, 0.9)).toBeNull();
});

test("one trajectory has no interval, and a statistic that is missing has none", () => {
  expect(bootstrapInterval([[0], [0]], () => 1)).toBeNull();
  expect(bootstrapInterval([[0, 1]], () => null)).toBeNull();
  expect(bootstrapInterval([[0, 1]], () => Number.NaN)).toBeNull();
  expect(bootstrapInterval([[0, 1]], () => 3)).toEqual([3, 3]);
});
