import { isEddyflowError } from "@eddyflow/core";
import { foldIn, key, normal } from "@eddyflow/random";
import { resample } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import { randomFourierField } from "../shared/random-fourier-field.ts";
import { advance } from "../shared/stepper.ts";
import { kolmogorov2d, type RandomForcing, type WaveVector } from "./kolmogorov-2d.ts";

const tau = 2 * Math.PI;

const largestDifference = (a: Float64Array, b: Float64Array) =>
  a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] ?? Number.NaN))), 0);
const meanSquare = (a: ArrayLike<number>) =>
  Array.from(a).reduce((sum, x) => sum + x * x, 0) / a.length;

/** A field on n × n points of a box of length `extent`. */
const sampled = (n: number, f: (x: number, y: number) => number, extent = tau) =>
  Float64Array.from({ length: n * n }, (_, i) =>
    f(((i % n) * extent) / n, (Math.floor(i / n) * extent) / n),
  );

const drawn = (seed: number, count: number) => (step: number) =>
  normal(foldIn(key(seed), step), count);

test("waves of one length let each other be, and decay exactly as e^{−(νk² + α)t}", () => {
  const [viscosity, drag, extent] = [0.02, 0.1, 3];
  const stepper = kolmogorov2d({ numPoints: 24, extent, viscosity, drag, dt: 0.1 });
  const k = tau / extent;
  const waves = sampled(
    24,
    (x, y) => 2 * Math.cos(k * (3 * x + 4 * y)) - Math.sin(5 * k * x) + Math.cos(5 * k * y + 1),
    extent,
  );
  const decay = Math.exp(-(viscosity * 25 * k * k + drag) * 0.8);
  const expected = waves.map((w) => decay * w);
  expect(largestDifference(stepper.step(waves, 8), expected)).toBeLessThan(1e-13);
});

test("the rate of change is −u·∇ω + νΔω − αω", () => {
  const [viscosity, drag, dt, a, b] = [0.05, 0.3, 1e-3, 2, 3];
  const stepper = kolmogorov2d({ numPoints: 16, viscosity, drag, dt });
  const start = sampled(16, (x, y) => a * Math.cos(x) + b * Math.cos(2 * y));
  // ψ = a cos x + ¼b cos 2y, so that u = −½b sin 2y and v = a sin x.
  const rate = sampled(
    16,
    (x, y) =>
      1.5 * a * b * Math.sin(x) * Math.sin(2 * y) -
      (viscosity + drag) * a * Math.cos(x) -
      (4 * viscosity + drag) * b * Math.cos(2 * y),
  );
  const [one, two] = [stepper.step(start), stepper.step(start, 2)];
  const measured = start.map((w, i) => (-3 * w + 4 * (one[i] ?? 0) - (two[i] ?? 0)) / (2 * dt));
  expect(largestDifference(measured, rate)).toBeLessThan(1e-4);
});

test("without noise the error falls with the fourth power of the time step", () => {
  const make = (dt: number) => kolmogorov2d({ numPoints: 24, viscosity: 0.01, drag: 0.1, dt });
  const start = randomFourierField(key(2), [24, 24], { std: 4 });
  const reference = make(1 / 320).step(start, 320);
  const errors = [1 / 20, 1 / 40].map((dt) =>
    largestDifference(make(dt).step(start, Math.round(1 / dt)), reference),
  );
  const order = Math.log2((errors[0] ?? Number.NaN) / (errors[1] ?? Number.NaN));
  expect(Math.abs(order - 4)).toBeLessThan(0.4);
});

test("energy and enstrophy stay what they were without viscosity, drag and noise", () => {
  const n = 24;
  const stepper = kolmogorov2d({ numPoints: n, viscosity: 0, drag: 0, dt: 0.005 });
  // What the grid holds of it; E is ½⟨ωψ⟩, and ψ that of twice the same flow is twice it.
  const start = stepper.step(randomFourierField(key(3), [n, n], { std: 3 }), 0);
  const end = stepper.step(start, 200);
  const energy = (w: Float64Array) => {
    let sum = 0;
    for (const [p, q] of wavesOf(7)) {
      const [c, s] = amplitudes(w, n, [p, q]);
      sum += (c * c + s * s) / (p * p + q * q);
    }
    return sum;
  };
  expect(largestDifference(start, end)).toBeGreaterThan(1);
  expect(meanSquare(end) / meanSquare(start)).toBeCloseTo(1, 7);
  expect(energy(end) / energy(start)).toBeCloseTo(1, 7);
});

/** One of each pair ±(p, q), up to `most`. */
const wavesOf = (most: number): readonly WaveVector[] => {
  const range = Array.from({ length: 2 * most + 1 }, (_, i) => i - most);
  return range
    .flatMap((p) => range.map((q) => [p, q] as const))
    .filter(([p, q]) => p > 0 || (p === 0 && q > 0));
};

/** a and b of the part a cos(k·x) + b sin(k·x) of a field. */
function amplitudes(w: Float64Array, n: number, [p, q]: WaveVector): readonly [number, number] {
  let [c, s] = [0, 0];
  w.forEach((value, i) => {
    const phase = (tau * (p * (i % n) + q * Math.floor(i / n))) / n;
    c += (2 * value * Math.cos(phase)) / w.length;
    s += (2 * value * Math.sin(phase)) / w.length;
  });
  return [c, s];
}

test("forced modes of one length follow their Ornstein–Uhlenbeck processes at any step", () => {
  const modes: readonly WaveVector[] = [
    [3, 4],
    [-4, 3],
    [0, -5],
    [5, 0],
  ];
  const [n, viscosity, drag, dt, strength] = [24, 0.02, 0.1, 0.7, 1.5];
  const noise = drawn(4, 8);
  const forcing = { modes, strength, noise };
  const options = { numPoints: n, viscosity, drag, dt, forcing };
  const end = kolmogorov2d(options).step(new Float64Array(n * n), 3);
  const rate = viscosity * 25 + drag;
  const deviation = strength * Math.sqrt((1 - Math.exp(-2 * rate * dt)) / (2 * rate));
  const expected = new Array(8).fill(0);
  for (let step = 0; step < 3; step++) {
    noise(step).forEach((draw, j) => {
      expected[j] = Math.exp(-rate * dt) * expected[j] + deviation * draw;
    });
  }
  modes.forEach((mode, j) => {
    const [c, s] = amplitudes(end, n, mode);
    expect(c).toBeCloseTo(expected[2 * j], 12);
    expect(s).toBeCloseTo(expected[2 * j + 1], 12);
  });
  // And nothing else has come up.
  expect(meanSquare(end)).toBeCloseTo(meanSquare(expected) * 4, 12);
});

test("without drag and viscosity the noise is a Wiener process", () => {
  const modes: readonly WaveVector[] = [[2, 1]];
  const forcing = { modes, noise: () => [1, -2] };
  const options = { numPoints: 12, viscosity: 0, drag: 0, dt: 0.25, forcing };
  const end = kolmogorov2d(options).step(new Float64Array(144), 4);
  const [c, s] = amplitudes(end, 12, [2, 1]);
  expect(c).toBeCloseTo(2, 12);
  expect(s).toBeCloseTo(-4, 12);
});

const modes: readonly WaveVector[] = [
  [3, 0],
  [2, 2],
];
const flow = { numPoints: 32, viscosity: 0.02, drag: 0.1, dt: 0.05 } as const;
const stirred = (noise: RandomForcing["noise"]) =>
  kolmogorov2d({ ...flow, forcing: { modes, noise } });

test("the paths of one Wiener process come nearer as the step is halved, with its first power", () => {
  const [numPoints, viscosity, drag, finest] = [18, 0.05, 0.1, 1 / 320];
  const rates = modes.map(([p, q]) => -viscosity * (p * p + q * q) - drag);
  const deviation = (rate: number, h: number) => Math.sqrt(Math.expm1(2 * rate * h) / (2 * rate));
  /** The noise of a step of `times` fine ones, which leads each mode alone to the same place. */
  const together = (seed: number, times: number) => (step: number) =>
    Array.from({ length: 4 }, (_, i) => {
      const rate = rates[i >> 1] as number;
      let sum = 0;
      for (let part = 0; part < times; part++) {
        const draw = drawn(seed, 4)(step * times + part)[i] as number;
        sum += Math.exp(rate * finest * (times - 1 - part)) * deviation(rate, finest) * draw;
      }
      return sum / deviation(rate, finest * times);
    });
  const start = randomFourierField(key(6), [numPoints, numPoints], { std: 3 });
  const end = (seed: number, times: number) =>
    kolmogorov2d({
      ...{ numPoints, viscosity, drag, dt: finest * times },
      forcing: { modes, noise: together(seed, times) },
    }).step(start, 160 / times);
  const error = (times: number) =>
    [1, 2, 3, 4, 5, 6, 7, 8].reduce((sum, seed) => {
      const reference = end(seed, 1);
      return sum + meanSquare(end(seed, times).map((w, i) => w - (reference[i] as number)));
    }, 0);
  const order = 0.25 * Math.log2(error(32) / error(8));
  expect(Math.abs(order - 1)).toBeLessThan(0.15);
});

test("the same noise drives the same flow on any grid, the finer the nearer", () => {
  const end = (numPoints: number) => {
    const start = randomFourierField(key(8), [numPoints, numPoints], { modes: 2, std: 3 });
    const forcing = { modes, noise: drawn(7, 4) };
    return kolmogorov2d({ ...flow, numPoints, viscosity: 0.1, forcing }).step(start, 10);
  };
  const fine = end(64);
  const [coarse, middle] = [32, 48].map((n) => {
    const expected = resample(fine, [64, 64], [n, n]);
    return largestDifference(end(n), expected) / Math.sqrt(meanSquare(fine));
  });
  expect(middle).toBeLessThan(2e-4);
  // Faster than any power: 1.5⁸ is 26.
  expect((coarse ?? Number.NaN) / (middle ?? Number.NaN)).toBeGreaterThan(26);
});

test("a flow turned by 90° goes on as the turned flow", () => {
  const n = flow.numPoints;
  // (x, y) → (−y, x) takes a wave along (p, q) to one along (−q, p).
  const turn = (w: Float64Array) =>
    Float64Array.from({ length: n * n }, (_, i) => {
      const [row, column] = [Math.floor(i / n), i % n];
      return w[((n - column) % n) * n + row] as number;
    });
  const start = randomFourierField(key(10), [n, n], { std: 3 });
  const turned = modes.map(([p, q]) => [-q, p] as const);
  const [one, other] = [modes, turned].map((each) =>
    kolmogorov2d({ ...flow, forcing: { modes: each, noise: drawn(9, 4) } }),
  );
  const end = one?.step(start, 10) ?? start;
  expect(largestDifference(turn(end), other?.step(turn(start), 10) ?? start)).toBeLessThan(1e-10);
});

test("steps in pieces draw the noise of their numbers, and the state given is untouched", () => {
  const stepper = stirred(drawn(11, 4));
  const start = stepper.step(randomFourierField(key(12), [32, 32]));
  const kept = start.slice();
  const whole = advance(stepper, start, 7, 3);
  const pieces = advance(stepper, advance(stepper, start, 4, 3), 3, 7);
  expect(largestDifference(whole, pieces)).toBeLessThan(1e-12);
  expect(largestDifference(whole, advance(stepper, start, 7, 4))).toBeGreaterThan(0.01);
  expect(start).toEqual(kept);
});

test("a step without noise is that of a flow that is not stirred", () => {
  const start = randomFourierField(key(13), [32, 32], { std: 3 });
  expect(stirred(() => null).step(start, 3)).toEqual(kolmogorov2d(flow).step(start, 3));
});

test("what cannot be solved is refused by an error that names the remedy", () => {
  const cases = [
    ["ArgumentError", { dt: 0 }, {}],
    ["ArgumentError", { viscosity: -1 }, {}],
    ["ArgumentError", { drag: Number.NaN }, {}],
    ["ArgumentError", { extent: 0 }, {}],
    ["ArgumentError", {}, { strength: -1 }],
    ["ArgumentError", {}, { modes: [[11, 0]] }],
    ["ArgumentError", {}, { modes: [[0, 0]] }],
    ["ArgumentError", {}, { modes: [[1, 0.5]] }],
    ["ShapeError", { numPoints: 3 }, {}],
    ["ShapeError", {}, { noise: () => [1, 2] }],
  ] as const;
  for (const [name, options, forcing] of cases) {
    let caught: unknown;
    try {
      const all = { modes, noise: () => null, ...forcing } as RandomForcing;
      kolmogorov2d({ ...flow, ...options, forcing: all }).step(new Float64Array(1024));
    } catch (error) {
      caught = error;
    }
    expect([options, forcing, isEddyflowError(caught, name)]).toEqual([options, forcing, true]);
  }
  expect(() => kolmogorov2d(flow).step(new Float64Array(9))).toThrow("resample");
});
