import { isEddyflowError } from "@eddyflow/core";
import { key, normal, split } from "@eddyflow/random";
import { expect, test } from "vitest";
import { energyDistance } from "./energy-distance.ts";
import { energyScore } from "./energy-score.ts";
import { ensembleDeviationError, ensembleMeanError } from "./ensemble-errors.ts";
import { fairCrps } from "./fair-crps.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { rmse } from "./mse.ts";
import { referenceCrps } from "./reference-crps.ts";
import { spectrumError } from "./spectrum-error.ts";

const at = (...values: number[]) => values.map((value) => Float64Array.of(value));

/** `count` frames of standard normal numbers. */
const frames = (seed: number, count: number, cells: number) =>
  split(key(seed), count).map((each) => normal(each, cells));

/** ∫ g(F(x), G(x)) dx of the distribution functions of two samples, steps between sorted values. */
function overSteps(
  xs: readonly number[],
  ys: readonly number[],
  g: (f: number, h: number) => number,
) {
  const ends = [...xs, ...ys].toSorted((a, b) => a - b);
  const below = (values: readonly number[], x: number) =>
    values.filter((value) => value <= x).length / values.length;
  return ends
    .slice(1)
    .reduce(
      (sum, end, i) =>
        sum +
        (end - (ends[i] as number)) * g(below(xs, ends[i] as number), below(ys, ends[i] as number)),
      0,
    );
}

test("the errors of mean and deviation are relative to the norms of the reference’s", () => {
  const members = [Float32Array.of(1, 2), Float32Array.of(3, 2), Float32Array.of(5, 8)];
  const reference = [Float32Array.of(0, 4), Float32Array.of(6, 8)];
  // Means (3, 4) and (3, 6); deviations (2, √12) and (√18, √8).
  expect(ensembleMeanError(members, reference)).toBeCloseTo(2 / Math.sqrt(45), 12);
  const difference = Math.hypot(2 - Math.sqrt(18), Math.sqrt(12) - Math.sqrt(8));
  expect(ensembleDeviationError(members, reference)).toBeCloseTo(difference / Math.sqrt(26), 12);
});

test("ensembles of one normal law have the errors that their sizes leave", () => {
  const cells = 20_000;
  const [members, reference] = [frames(1, 20, cells), frames(2, 60, cells)];
  const shifted = reference.map((member) => member.map((value) => value + 3));
  expect(
    ensembleMeanError(
      members.map((member) => member.map((value) => value + 3)),
      shifted,
    ),
  ).toBeAllclose(Math.sqrt(1 / 20 + 1 / 60) / 3, { rtol: 0.03 });
  expect(ensembleDeviationError(members, reference)).toBeAllclose(
    Math.sqrt(1 / (2 * 19) + 1 / (2 * 59)),
    { rtol: 0.04 },
  );
});

test("the energy distance of numbers is what their distribution functions say", () => {
  for (const [m, r] of [
    [4, 7],
    [1, 5],
    [6, 2],
  ] as const) {
    const [xs, ys] = [3, 4].map((seed, i) => Array.from(normal(key(seed), i === 0 ? m : r)));
    const own = (g: (f: number, h: number) => number) =>
      overSteps(xs as number[], ys as number[], g);
    const correction = (size: number, spread: number) =>
      size === 1 ? 0 : (2 * spread) / (size - 1);
    const expected =
      own((f, h) => 2 * (f - h) ** 2) -
      correction(
        m,
        own((f) => f * (1 - f)),
      ) -
      correction(
        r,
        own((_, h) => h * (1 - h)),
      );
    expect(energyDistance(at(...(xs as number[])), at(...(ys as number[])))).toBeCloseTo(
      expected,
      12,
    );
  }
});

test("the energy distance of two normal laws comes out at any size, and 0 in the mean for one law", () => {
  // E|Z| of Z ~ N(1, 2) is √2·(2φ(1/√2) + (1/√2)(2Φ(1/√2) − 1)), with Φ(1/√2) = .7602499.
  const z = Math.SQRT1_2;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const exact = 2 * Math.SQRT2 * (2 * density + z * (2 * 0.7602499 - 1)) - 4 / Math.sqrt(Math.PI);
  for (const [m, r] of [
    [2, 3],
    [5, 2],
  ] as const) {
    const repeats = 20_000;
    const draws = normal(key(10 * m + r), repeats * (m + r));
    let [other, same] = [0, 0];
    for (let i = 0; i < repeats; i++) {
      const numbers = draws.subarray(i * (m + r), (i + 1) * (m + r));
      const [xs, ys] = [at(...numbers.subarray(0, m)), at(...numbers.subarray(m))];
      same += energyDistance(xs, ys) / repeats;
      const moved = ys.map((y) => y.map((value) => value + 1));
      other += energyDistance(xs, moved) / repeats;
    }
    expect(Math.abs(same)).toBeLessThan(0.02);
    expect(other).toBeAllclose(exact, { atol: 0.02 });
  }
});

test("against one truth the energy distance is twice the energy score, and of one member twice its error", () => {
  const [members, [truth]] = [frames(5, 6, 12), frames(6, 1, 12) as [Float32Array]];
  expect(energyDistance(members, [truth])).toBeCloseTo(2 * energyScore(members, truth), 12);
  const [member] = members as [Float32Array];
  expect(energyDistance([member], [truth])).toBeCloseTo(2 * rmse(member, truth), 12);
});

test("the CRPS against a reference is the mean of that against each of its members", () => {
  const [members, reference] = [frames(7, 5, 30), frames(8, 9, 30)];
  const mean = (values: readonly number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;
  expect(referenceCrps(members, reference)).toBeCloseTo(
    mean(reference.map((truth) => fairCrps(members, truth))),
    10,
  );
  const [single] = members as [Float32Array];
  expect(referenceCrps([single], reference)).toBeCloseTo(
    mean(reference.map((truth) => meanAbsoluteError(single, truth))),
    10,
  );
});

test("an ensemble of the reference’s law has the CRPS 1/√π, and any other more", () => {
  const [members, reference] = [frames(9, 8, 20_000), frames(10, 8, 20_000)];
  const scaled = (by: number) => members.map((member) => member.map((value) => by * value));
  const own = referenceCrps(members, reference);
  expect(own * Math.sqrt(Math.PI)).toBeAllclose(1, { rtol: 0.02 });
  for (const by of [0.5, 2]) expect(referenceCrps(scaled(by), reference)).toBeGreaterThan(own);
});

test("every shell of a spectrum counts alike, but the mean and those without energy do not", () => {
  expect(spectrumError([9, 2, 1, 5, 7], [1, 1, 2, 0, 9], 3)).toBeCloseTo((1 + 0.5) / 2, 12);
  expect(spectrumError([0, 0, 0], [0, 4, 1e-3], 2)).toBe(1);
  expect(spectrumError([1, 1], [1, 0], 1)).toBeNull();
});

test("what has no meaning is null, and what does not fit is refused", () => {
  const [certain] = at(2) as [Float64Array];
  expect(ensembleDeviationError(at(1, 2), [certain])).toBeNull();
  expect(ensembleDeviationError([certain], at(1, 2))).toBe(1);
  expect(ensembleMeanError(at(1, 2), at(0))).toBeNull();
  const [one, two] = [Float64Array.of(1), Float64Array.of(1, 2)];
  const calls = [
    ["ArgumentError", () => energyDistance([], [one])],
    ["ArgumentError", () => ensembleMeanError([one], [])],
    ["ShapeError", () => referenceCrps([one], [two])],
    ["ShapeError", () => energyDistance([one, two], [one])],
    ["ShapeError", () => spectrumError([1, 2], [1, 2, 3], 2)],
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
