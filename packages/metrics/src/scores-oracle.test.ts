import { readFile } from "node:fs/promises";
import type { Grid } from "@eddyflow/core";
import { bandEnergies, energySpectrum } from "@eddyflow/spectral";
import { expect, test } from "vitest";
import { bootstrapInterval } from "./bootstrap-interval.ts";
import { energyDrift, meanDrift } from "./conserved-quantities.ts";
import { correlationTime } from "./correlation-time.ts";
import { divergence } from "./divergence.ts";
import { energyScore } from "./energy-score.ts";
import { skill, spread, spreadSkillRatio } from "./ensemble.ts";
import { almostFairCrps, fairCrps } from "./fair-crps.ts";
import { h1Error } from "./h1-error.ts";
import { mse, rmse } from "./mse.ts";
import { nrmse } from "./nrmse.ts";
import { pearson } from "./pearson.ts";
import { channelOf, perChannel } from "./per-channel.ts";
import { coverage, rankHistogram } from "./rank-histogram.ts";
import { vrmse } from "./vrmse.ts";

interface PerBoundary<Value> {
  readonly periodic: Value;
  readonly wall: Value;
}

interface Fixture {
  readonly shape: readonly number[];
  readonly extent: readonly number[];
  readonly channels: number;
  readonly truth: readonly number[];
  readonly members: readonly (readonly number[])[];
  readonly the_well: Readonly<
    Record<"MSE" | "RMSE" | "NRMSE" | "VRMSE" | "PearsonR", readonly number[]>
  >;
  readonly scoringrules: Readonly<Record<"crps" | "energyScore", { nrg: number; fair: number }>>;
  readonly numpy: {
    readonly vrmse: readonly number[];
    readonly pearson: readonly number[];
    readonly h1: PerBoundary<readonly number[]>;
    readonly divergence: PerBoundary<number>;
    readonly spectra: readonly {
      readonly shells: readonly number[];
      readonly bands: readonly number[];
    }[];
    readonly spread: number;
    readonly skill: number;
    readonly coverage: number;
    readonly rankHistogram: readonly number[];
    readonly meanDrift: readonly number[];
    readonly energyDrift: readonly number[];
    readonly correlationTime: {
      readonly correlations: readonly number[];
      readonly interval: number;
      readonly times: Readonly<Record<string, number>>;
    };
    readonly bootstrap: {
      readonly values: readonly number[];
      readonly draws: readonly (readonly number[])[];
      readonly interval: readonly number[];
    };
  };
}

const fixture: Fixture = JSON.parse(
  await readFile(new URL("../../../tooling/reference/scores/scores.json", import.meta.url), "utf8"),
);
const { shape, extent, channels, numpy, scoringrules, the_well: well } = fixture;
const truth = Float64Array.from(fixture.truth);
const members = fixture.members.map((member) => Float64Array.from(member));
const prediction = members[0] as Float64Array;
const cells = truth.length / channels;
const sixDigits = { rtol: 1e-6, atol: 0 };
const each = <Result>(score: (p: Float64Array, t: Float64Array) => Result) =>
  perChannel(prediction, truth, channels, score);
const gridOf = (boundary: "periodic" | "wall"): Grid => ({
  shape,
  extent,
  boundary: [boundary, boundary],
});

test("errors are those of The Well", () => {
  expect(each(mse)).toBeAllclose(well.MSE, sixDigits);
  expect(each(rmse)).toBeAllclose(well.RMSE, sixDigits);
  expect(each(nrmse)).toBeAllclose(well.NRMSE, sixDigits);
  expect(each((p, t) => vrmse(p, t, { divisor: "N - 1" }))).toBeAllclose(well.VRMSE, sixDigits);
  const correlation = each((p, t) => ((pearson(p, t) as number) * (cells - 1)) / cells);
  expect(correlation).toBeAllclose(well.PearsonR, sixDigits);
});

test("the VRMSE with the variance of the population, and the correlation, are NumPy’s", () => {
  expect(each((p, t) => vrmse(p, t, { epsilon: 0 }))).toBeAllclose(numpy.vrmse, sixDigits);
  expect(each(pearson)).toBeAllclose(numpy.pearson, sixDigits);
});

test("CRPS and energy score are those of scoringrules", () => {
  const { crps, energyScore: energy } = scoringrules;
  expect(fairCrps(members, truth)).toBeAllclose(crps.fair, sixDigits);
  expect(almostFairCrps(members, truth, { alpha: 0 })).toBeAllclose(crps.nrg, sixDigits);
  expect(almostFairCrps(members, truth)).toBeAllclose(
    0.95 * crps.fair + 0.05 * crps.nrg,
    sixDigits,
  );
  expect(energyScore(members, truth) * Math.sqrt(truth.length)).toBeAllclose(
    energy.fair,
    sixDigits,
  );
});

test("spread, skill, coverage and rank histogram are NumPy’s", () => {
  expect(spread(members)).toBeAllclose(numpy.spread, sixDigits);
  expect(skill(members, truth)).toBeAllclose(numpy.skill, sixDigits);
  expect(spreadSkillRatio(members, truth)).toBeAllclose(
    (Math.sqrt(6 / 5) * numpy.spread) / numpy.skill,
    sixDigits,
  );
  expect(coverage(members, truth)).toBeAllclose(numpy.coverage, sixDigits);
  expect(rankHistogram(members, truth)).toBeAllclose(numpy.rankHistogram, { atol: 1e-12 });
});

test.for(["periodic", "wall"] as const)("H¹ error and divergence are NumPy’s: %s", (boundary) => {
  const grid = gridOf(boundary);
  expect(each((p, t) => h1Error(p, t, grid))).toBeAllclose(numpy.h1[boundary], sixDigits);
  const velocity = [channelOf(truth, 0, 2), channelOf(truth, 1, 2)];
  expect(divergence(velocity, grid)).toBeAllclose(numpy.divergence[boundary], sixDigits);
});

test("energies by shell and by band are those of NumPy’s whole spectrum, in a box that is no square", () => {
  for (const [channel, { shells, bands }] of numpy.spectra.entries()) {
    const field = channelOf(truth, channel, channels);
    expect(energySpectrum(field, shape, extent)).toBeAllclose(shells, { rtol: 1e-6, atol: 1e-12 });
    const { low, mid, high } = bandEnergies(field, shape, extent);
    expect([low, mid, high]).toBeAllclose(bands, sixDigits);
  }
});

test("drifts, correlation times and bootstrap intervals are NumPy’s", () => {
  expect(each(meanDrift)).toBeAllclose(numpy.meanDrift, sixDigits);
  expect(each(energyDrift)).toBeAllclose(numpy.energyDrift, sixDigits);
  const { correlations, interval, times } = numpy.correlationTime;
  for (const [level, time] of Object.entries(times)) {
    const found = correlationTime(correlations, interval, Number(level));
    expect(found?.isReached).toBe(true);
    expect(found?.time).toBeAllclose(time, sixDigits);
  }
  const { values, draws, interval: wanted } = numpy.bootstrap;
  const mean = (indices: ArrayLike<number>) =>
    Array.from(indices).reduce((sum, at) => sum + (values[at] as number), 0) / indices.length;
  expect(bootstrapInterval(draws, mean)).toBeAllclose(wanted, sixDigits);
});
