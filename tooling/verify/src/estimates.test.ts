import { key, normal } from "@eddyflow/random";
import { expect, test } from "vitest";
import { meanEstimate, rootMeanEstimate, twoLevelMean, twoLevelRootMean } from "./estimates.ts";

/** Numbers of mean 5 and standard deviation 1. */
const draws = (seed: number, n: number) => [...normal(key(seed), n)].map((x) => 5 + x);

/** The spread of an estimate over 400 draws, over the mean of its own standard error, and its mean. */
function spread(estimate: (seed: number) => ReturnType<typeof meanEstimate>) {
  const all = Array.from({ length: 400 }, (_, seed) => estimate(seed));
  const { value, standardError } = meanEstimate(all.map((one) => one.value));
  const own = meanEstimate(all.map((one) => one.standardError)).value;
  return { value, ratio: (standardError * Math.sqrt(400)) / own };
}

test("the standard error of a mean is s/√n", () => {
  expect(meanEstimate([1, 2, 3])).toEqual({ value: 2, standardError: Math.sqrt(1 / 3) });
  expect(rootMeanEstimate([16, 16])).toEqual({ value: 4, standardError: 0 });
});

test("estimates scatter as their standard error says", () => {
  const mean = spread((seed) => meanEstimate(draws(seed, 25)));
  expect(mean.value).toBeCloseTo(5, 1);
  expect(mean.ratio).toBeCloseTo(1, 0);
  const root = spread((seed) => rootMeanEstimate(draws(seed, 25)));
  expect(root.value).toBeCloseTo(Math.sqrt(5), 1);
  expect(root.ratio).toBeCloseTo(1, 0);
});

test("a few dear runs carry many cheap ones over to what all dear ones would have given", () => {
  const cheap = (seed: number) => draws(seed, 64);
  const dear = (seed: number) =>
    cheap(seed)
      .slice(0, 8)
      .map((x, i) => 1.2 * x + 0.05 * (normal(key(1000 + seed), 8)[i] ?? 0));
  const root = spread((seed) => twoLevelRootMean(cheap(seed), dear(seed)));
  expect(root.value).toBeCloseTo(Math.sqrt(6), 2);
  expect(Math.abs(root.ratio - 1)).toBeLessThan(0.2);
  const mean = spread((seed) => twoLevelMean(cheap(seed), dear(seed)));
  expect(mean.value).toBeCloseTo(6, 1);
  expect(Math.abs(mean.ratio - 1)).toBeLessThan(0.35);
});
