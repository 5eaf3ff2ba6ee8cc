import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { describe, expect, test } from "vitest";
import { betaIncrements } from "./beta-increments.ts";
import { dyadicIncrements } from "./dyadic-increments.ts";
import { fixedIncrements } from "./fixed-increments.ts";
import type { IncrementDistribution } from "./increment-distribution.ts";
import { incrementsBetween } from "./increments-between.ts";
import { logitNormalIncrements } from "./logit-normal-increments.ts";
import { squareRootIncrements } from "./square-root-increments.ts";
import { uniformIncrements } from "./uniform-increments.ts";

const count = 40_000;
const mean = (xs: ArrayLike<number>, f = (x: number) => x) =>
  Array.from(xs, f).reduce((sum, x) => sum + x, 0) / xs.length;

const equalTimes = (steps: number) => Array.from({ length: steps + 1 }, (_, i) => i / steps);

const distributions = {
  uniform: uniformIncrements(),
  "uniform from .3": uniformIncrements({ minimum: 0.3 }),
  "uniform, all 1": uniformIncrements({ minimum: 1 }),
  "uniform up to .5": uniformIncrements({ maximum: 0.5 }),
  "uniform, all .3": uniformIncrements({ minimum: 0.3, maximum: 0.3 }),
  "square root up to .25": squareRootIncrements({ minimum: 0.02, maximum: 0.25 }),
  "beta up to .7": betaIncrements({ maximum: 0.7 }),
  "square root": squareRootIncrements(),
  "square root from .02": squareRootIncrements({ minimum: 0.02 }),
  "square root from .7": squareRootIncrements({ minimum: 0.7 }),
  beta: betaIncrements(),
  "beta, all but 1": betaIncrements({ alpha: 100, beta: 0.01 }),
  "logit-normal": logitNormalIncrements(),
  "logit-normal, short": logitNormalIncrements({ mean: -0.8, deviation: 1.5, minimum: 0.02 }),
  fixed: fixedIncrements({ steps: 4, jitter: 0.05 }),
  "fixed thirds": fixedIncrements({ steps: 3 }),
  "fixed tenths with much jitter": fixedIncrements({ steps: 10, jitter: 0.9 }),
  dyadic: dyadicIncrements({ levels: 4 }),
  "dyadic, one level": dyadicIncrements({ levels: 1 }),
  "dyadic, thirty levels": dyadicIncrements({ levels: 30 }),
  between: incrementsBetween([0, 0.25, 1]),
  "between thirds": incrementsBetween(equalTimes(3)),
  "between sevenths": incrementsBetween(equalTimes(7)),
  "between times of 7 digits": incrementsBetween([0, 0.1234567, 0.7654321, 0.9999999, 1]),
};

describe.each(Object.entries(distributions))("%s increments", (_, distribution) => {
  const { draw, minimum, maximum, anchor, covers } = distribution;

  test("start at 0 or later, last longer than 0 and end at 1 or before, without rounding", () => {
    const { t, delta } = draw(key(1), count);
    const all = Array.from(t, (start, i) => [start, delta[i] as number] as const);
    expect(
      all.filter(([start, width]) => !(start >= 0 && width > 0 && start + width <= 1)),
    ).toEqual([]);
    // And in float32, where a network sees the end.
    expect(all.filter(([start, width]) => Math.fround(start + width) > 1)).toEqual([]);
  });

  test("lie between their minimum and maximum and are covered", () => {
    const { t, delta } = draw(key(2), 1000);
    for (const [i, width] of delta.entries()) {
      expect(width).toBeGreaterThanOrEqual(Math.fround(minimum));
      expect(width).toBeLessThanOrEqual(Math.fround(maximum));
      expect(covers(t[i] as number, width)).toBe(true);
    }
    expect(anchor).toBeGreaterThanOrEqual(minimum);
    expect(anchor).toBeLessThanOrEqual(maximum);
    expect(covers(0.5, 0.75)).toBe(false);
    expect(covers(0, maximum * 1.01)).toBe(false);
    expect(covers(0, minimum / 2)).toBe(false);
  });

  test("are the same for the same key and others for another", () => {
    expect(draw(key(2), 64)).toEqual(draw(key(2), 64));
    const certain = minimum === 1;
    if (!certain) expect(draw(key(2), 64)).not.toEqual(draw(key(3), 64));
  });
});

test("where t is uniform on [0, 1 − δ], t/(1 − δ) has mean ½ and variance 1/12", () => {
  for (const name of ["uniform", "square root", "beta", "fixed"] as const) {
    const { t, delta } = distributions[name].draw(key(4), count);
    const relative = t.map((start, i) => start / Math.max(1e-6, 1 - (delta[i] as number)));
    expect(mean(relative)).toBeCloseTo(1 / 2, 2);
    expect(mean(relative, (x) => (x - 0.5) ** 2)).toBeCloseTo(1 / 12, 2);
  }
});

test("the first two moments of δ are those of its law", () => {
  const moments = ({ draw }: IncrementDistribution) => {
    const { delta } = draw(key(5), count);
    return [mean(delta), mean(delta, (x) => x * x)] as const;
  };
  const minimum = 1e-6;
  const cases = [
    [uniformIncrements({ minimum }), 1 / 2, 1 / 3],
    [squareRootIncrements({ minimum }), 2 / 3, 1 / 2],
    // Beta(α, β): mean α/(α + β), second moment α(α + 1)/((α + β)(α + β + 1)).
    [betaIncrements({ minimum }), 1 / 3, 1 / 5],
    [betaIncrements({ alpha: 2, beta: 3, minimum }), 2 / 5, 1 / 5],
    [fixedIncrements({ steps: 2, jitter: 0.6 }), 1 / 2, 0.25 + 0.3 ** 2 / 3],
  ] as const;
  for (const [distribution, first, second] of cases) {
    const [m1, m2] = moments(distribution);
    expect([m1, m2]).toBeAllclose([first, second], { atol: 0.006 });
  }
});

test("dyadic levels share the draws evenly and start anywhere on their own grid", () => {
  const { t, delta } = dyadicIncrements({ levels: 3 }).draw(key(6), 3000);
  const starts = new Map<string, number>();
  for (const [i, start] of t.entries()) {
    const name = `${start}+${delta[i]}`;
    starts.set(name, (starts.get(name) ?? 0) + 1);
  }
  expect([...starts.keys()].sort()).toEqual(
    ["0+1", "0+0.5", "0.5+0.5", "0+0.25", "0.25+0.25", "0.5+0.25", "0.75+0.25"].sort(),
  );
  expect(starts.get("0+1")).toBe(1000);
  expect(starts.get("0.5+0.5")).toBeAllclose(500, { atol: 70 });
  expect(starts.get("0.75+0.25")).toBeAllclose(250, { atol: 60 });
});

test("levels that cannot share a batch evenly are equally likely over many batches", () => {
  const { draw } = dyadicIncrements({ levels: 4 });
  const longest = Array.from({ length: 2000 }, (_, seed) => draw(key(seed), 1).delta[0]);
  expect(longest.filter((delta) => delta === 1).length).toBeAllclose(500, { atol: 80 });
});

test("the increments between given times share the draws evenly", () => {
  const { t, delta } = incrementsBetween([0, 0.25, 1]).draw(key(7), 10);
  expect(t.filter((start) => start === 0).length).toBe(5);
  expect(t.every((start, i) => delta[i] === (start === 0 ? 0.25 : 0.75))).toBe(true);
});

test("the minimum of continuous increments is their smallest δ, and is nearly reached", () => {
  for (const make of [uniformIncrements, squareRootIncrements, betaIncrements]) {
    for (const minimum of [0.02, 0.1, 0.5]) {
      const { delta } = make({ minimum }).draw(key(8), count);
      const smallest = delta.reduce((least, width) => Math.min(least, width));
      expect(smallest).toBeGreaterThanOrEqual(Math.fround(minimum));
      expect(smallest).toBeLessThan(minimum + 0.01);
    }
  }
});

test("the maximum of continuous increments is their largest δ, and is nearly reached", () => {
  for (const make of [uniformIncrements, squareRootIncrements, betaIncrements]) {
    for (const maximum of [0.25, 0.5, 0.9]) {
      const { delta } = make({ minimum: 0.1, maximum }).draw(key(8), count);
      const largest = delta.reduce((most, width) => Math.max(most, width));
      expect(largest).toBeLessThanOrEqual(Math.fround(maximum));
      expect(largest).toBeGreaterThan(maximum - 0.01);
    }
  }
});

test("square-root increments follow P(δ ≤ d) = (d² − m²)/(1 − m²)", () => {
  const { delta } = squareRootIncrements({ minimum: 0.1 }).draw(key(9), count);
  const limits = [0.2, 0.5, 0.9];
  expect(limits.map((d) => delta.filter((width) => width <= d).length / count)).toBeAllclose(
    limits.map((d) => (d * d - 0.01) / 0.99),
    { atol: 0.01 },
  );
});

test("half of logit-normal increments lie below 1/(1 + e^−μ), and 84 % below one deviation more", () => {
  const [mean, deviation] = [-0.8, 0.7];
  const { delta } = logitNormalIncrements({ mean, deviation, minimum: 1e-6 }).draw(key(10), count);
  for (const [deviations, share] of [
    [0, 0.5],
    [1, 0.8413],
  ] as const) {
    const limit = 1 / (1 + Math.exp(-(mean + deviations * deviation)));
    expect(delta.filter((width) => width <= limit).length / count).toBeAllclose(share, {
      atol: 0.01,
    });
  }
});

test("the anchors are the ones that the documentation names", () => {
  expect(uniformIncrements().anchor).toBe(1 / 8);
  expect(squareRootIncrements().anchor).toBe(1 / 4);
  expect(betaIncrements().anchor).toBe(1 / 8);
  expect(betaIncrements({ alpha: 3, beta: 1 }).anchor).toBe(1 / 2);
  expect(uniformIncrements({ minimum: 0.3 }).anchor).toBe(0.6);
  expect(logitNormalIncrements().anchor).toBe(1 / 4);
  expect(fixedIncrements({ steps: 3 }).anchor).toBe(1 / 3);
  expect(dyadicIncrements({ levels: 5 }).anchor).toBe(1 / 16);
  expect(incrementsBetween([0, 0.25, 1]).anchor).toBe(0.75);
});

test("parameters that describe no distribution are refused", () => {
  const wrong = [
    () => dyadicIncrements({ levels: 0 }),
    () => dyadicIncrements({ levels: 1.5 }),
    () => dyadicIncrements({ levels: 31 }),
    () => uniformIncrements({ minimum: 0 }),
    // Rounds to 0 in float32.
    () => uniformIncrements({ minimum: 1e-50 }),
    () => squareRootIncrements({ minimum: 2 }),
    () => uniformIncrements({ maximum: 1.5 }),
    () => betaIncrements({ minimum: 0.5, maximum: 0.25 }),
    () => squareRootIncrements({ maximum: Number.NaN }),
    () => betaIncrements({ alpha: -1 }),
    () => betaIncrements({ minimum: Number.NaN }),
    () => logitNormalIncrements({ mean: 20 }),
    () => logitNormalIncrements({ deviation: 0 }),
    () => logitNormalIncrements({ minimum: 0 }),
    () => fixedIncrements({ steps: 0 }),
    () => fixedIncrements({ steps: 2.5 }),
    () => fixedIncrements({ steps: 2, jitter: 1 }),
  ];
  for (const make of wrong) {
    try {
      make();
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});

test.each([
  ["none", []],
  ["one time", [0]],
  ["times that fall", [1, 0.5, 0]],
  ["a time twice", [0, 0.5, 0.5, 1]],
  ["times that are the same in float32", [0, 0.5, 0.5 + 1e-9, 1]],
  ["times out of order", [0, 0.75, 0.25, 1]],
  ["times that begin late", [0.1, 1]],
  ["times that end early", [0, 0.9]],
  ["times beyond 1", [0, 0.5, 1.5]],
  ["times before 0", [-0.5, 0, 1]],
  ["NaN", [0, Number.NaN, 1]],
  ["infinity", [0, Number.POSITIVE_INFINITY]],
])("%s are refused as flow times", (_, times) => {
  expect(() => incrementsBetween(times)).toThrow(/do not lead from noise to data/);
});
