import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { energyScore } from "./energy-score.ts";
import { ensembleMean, spreadSkillRatio } from "./ensemble.ts";
import { fairCrps } from "./fair-crps.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { coverage, nominalCoverage, rankHistogram } from "./rank-histogram.ts";

/** Independent standard normal numbers: a linear congruential generator and Box–Muller. */
function normals(seed: number): () => number {
  let state = (seed * 2654435761) % 2 ** 32;
  const uniform = () => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return (state + 0.5) / 2 ** 32;
  };
  for (let i = 0; i < 8; i++) uniform();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

const frame = (cells: number, draw: () => number) => Float64Array.from({ length: cells }, draw);

test("three members against two truths, by hand", () => {
  const members = [
    [1, 1],
    [2, 2],
    [4, 4],
  ].map((values) => Float32Array.from(values));
  // ½·mean over pairs = ½·(1 + 3 + 2)/3 = 1; mean distances 1 and 23/3.
  expect(fairCrps(members, Float32Array.of(2, 2))).toBeCloseTo(0, 12);
  expect(fairCrps(members, Float32Array.of(10, 10))).toBeCloseTo(20 / 3, 12);
  expect(fairCrps(members, Float32Array.of(2, 10))).toBeCloseTo(10 / 3, 12);
});

test("a normal forecast scores σ(z(2Φ(z) − 1) + 2φ(z) − 1/√π)", () => {
  const draw = normals(1);
  const [mean, deviation] = [0.4, 1.7];
  const members = Array.from({ length: 8 }, () => frame(40_000, () => mean + deviation * draw()));
  // Φ(0) = .5, Φ(1) = .8413447, Φ(−2) = .0227501.
  for (const [z, phi] of [
    [0, 0.5],
    [1, 0.8413447],
    [-2, 0.0227501],
  ] as const) {
    const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
    const expected = deviation * (z * (2 * phi - 1) + 2 * density - 1 / Math.sqrt(Math.PI));
    const truth = frame(40_000, () => mean + deviation * z);
    expect(fairCrps(members, truth)).toBeAllclose(expected, { atol: 0.01 * deviation });
  }
});

test.for([2, 4, 16])(
  "an ensemble of %d from the truth's own law scores σ/√π, whatever its size",
  (size) => {
    const draw = normals(2);
    const members = Array.from({ length: size }, () => frame(40_000, draw));
    const score = fairCrps(members, frame(40_000, draw));
    expect(score * Math.sqrt(Math.PI)).toBeAllclose(1, { atol: 0.02 });
  },
);

test("a sampler that ignores its condition scores half of persistence once states are decorrelated", () => {
  const draw = normals(3);
  const members = Array.from({ length: 8 }, () => frame(40_000, draw));
  const [previous, next] = [frame(40_000, draw), frame(40_000, draw)];
  const ratio = fairCrps(members, next) / meanAbsoluteError(previous, next);
  expect(ratio).toBeAllclose(0.5, { atol: 0.01 });
});

test("members that are all the same score their absolute error", () => {
  const [forecast, truth] = [Float64Array.of(1, 2, 3), Float64Array.of(2, 2, 7)];
  expect(fairCrps([forecast, forecast], truth)).toBe(meanAbsoluteError(forecast, truth));
});

test("the mean of an ensemble is taken cell by cell", () => {
  expect(ensembleMean([Float32Array.of(1, 5), Float32Array.of(3, -1)])).toEqual(
    Float64Array.of(2, 2),
  );
});

test("spread over skill is 1 where the truth could be a member, at any size, and falls with the spread", () => {
  const draw = normals(4);
  for (const size of [2, 8]) {
    const members = Array.from({ length: size }, () => frame(40_000, draw));
    const truth = frame(40_000, draw);
    expect(spreadSkillRatio(members, truth)).toBeCloseTo(1, 1.5);
    const timid = members.map((member) => member.map((x) => x / 4));
    expect(spreadSkillRatio(timid, truth)).toBeLessThan(0.4);
  }
});

test("where the truth could be a member, coverage is nominal, ranks are flat and the energy score is the same at any size", () => {
  const draw = normals(5);
  const truth = frame(40_000, draw);
  const scores = [3, 8].map((size) => {
    const members = Array.from({ length: size }, () => frame(40_000, draw));
    expect(coverage(members, truth)).toBeAllclose(nominalCoverage(size), { atol: 0.01 });
    expect(rankHistogram(members, truth)).toBeAllclose(
      Array.from({ length: size + 1 }, () => 1 / (size + 1)),
      { atol: 0.01 },
    );
    return energyScore(members, truth);
  });
  // ‖X − X′‖ = √2 for independent fields of many cells, so that the score is √2 − √2/2.
  expect(scores).toBeAllclose([Math.SQRT1_2, Math.SQRT1_2], { rtol: 0.01 });
});

test("a truth that equals members has each rank among them in equal parts", () => {
  const members = [1, 2, 2, 5].map((value) => Float64Array.of(value));
  expect(rankHistogram(members, Float64Array.of(2))).toBeAllclose([0, 1 / 3, 1 / 3, 1 / 3, 0]);
  expect(coverage(members, Float64Array.of(5))).toBe(1);
  expect(coverage(members, Float64Array.of(5.1))).toBe(0);
});

test("a single member is no ensemble, and frames that do not fit are refused", () => {
  const field = Float64Array.of(1, 2);
  const calls = [
    ["ArgumentError", () => fairCrps([field], field)],
    ["ArgumentError", () => ensembleMean([])],
    ["ShapeError", () => fairCrps([field, field.slice(1)], field)],
    ["ShapeError", () => fairCrps([field, field], field.slice(1))],
    ["ShapeError", () => spreadSkillRatio([field, field], field.slice(1))],
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
