import { isEddyflowError } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import { describe, expect, test } from "vitest";
import {
  betaIncrements,
  dyadicIncrements,
  fixedIncrements,
  gridTimes,
  squareRootIncrements,
  uniformIncrements,
} from "./increments.ts";

const count = 40_000;
const mean = (xs: ArrayLike<number>, f = (x: number) => x) =>
  Array.from(xs, f).reduce((sum, x) => sum + x, 0) / xs.length;

const distributions = {
  uniform: uniformIncrements(),
  "square root": squareRootIncrements(),
  beta: betaIncrements(),
  fixed: fixedIncrements({ steps: 4, jitter: 0.05 }),
  dyadic: dyadicIncrements({ levels: 4 }),
  grid: gridTimes([0, 0.25, 1]),
};

describe.each(Object.entries(distributions))("%s increments", (_, draw) => {
  test("start at 0 or later, last longer than 0 and end at 1 or before", () => {
    const { t, delta } = draw(key(1), 1000);
    for (const [i, start] of t.entries()) {
      expect(start).toBeGreaterThanOrEqual(0);
      expect(delta[i]).toBeGreaterThan(0);
      expect(start + (delta[i] as number)).toBeLessThan(1 + 1e-6);
    }
  });

  test("are the same for the same key and others for another", () => {
    expect(draw(key(2), 64)).toEqual(draw(key(2), 64));
    expect(draw(key(2), 64)).not.toEqual(draw(key(3), 64));
  });
});

test("where t is uniform on [0, 1 − δ], t/(1 − δ) has mean ½ and variance 1/12", () => {
  for (const name of ["uniform", "square root", "beta", "fixed"] as const) {
    const { t, delta } = distributions[name](key(4), count);
    const relative = t.map((start, i) => start / Math.max(1e-6, 1 - (delta[i] as number)));
    expect(mean(relative)).toBeCloseTo(1 / 2, 2);
    expect(mean(relative, (x) => (x - 0.5) ** 2)).toBeCloseTo(1 / 12, 2);
  }
});

test("the first two moments of δ are those of its law", () => {
  const moments = (draw: typeof distributions.uniform) => {
    const { delta } = draw(key(5), count);
    return [mean(delta), mean(delta, (x) => x * x)] as const;
  };
  const minimum = 1e-9;
  const cases = [
    [uniformIncrements({ minimum }), 1 / 2, 1 / 3],
    [squareRootIncrements({ minimum }), 2 / 3, 1 / 2],
    // Beta(α, β): mean α/(α + β), second moment α(α + 1)/((α + β)(α + β + 1)).
    [betaIncrements({ minimum }), 1 / 3, 1 / 5],
    [betaIncrements({ alpha: 2, beta: 3, minimum }), 2 / 5, 1 / 5],
    [fixedIncrements({ steps: 2, jitter: 0.6 }), 1 / 2, 0.25 + 0.3 ** 2 / 3],
  ] as const;
  for (const [draw, first, second] of cases) {
    const [m1, m2] = moments(draw);
    expect(Math.abs(m1 - first)).toBeLessThan(0.006);
    expect(Math.abs(m2 - second)).toBeLessThan(0.006);
  }
});

test("dyadic levels share the draws evenly and start anywhere on their own grid", () => {
  const { t, delta } = dyadicIncrements({ levels: 3 })(key(6), 3000);
  const starts = new Map<string, number>();
  for (const [i, start] of t.entries()) {
    const name = `${start}+${delta[i]}`;
    starts.set(name, (starts.get(name) ?? 0) + 1);
  }
  expect([...starts.keys()].sort()).toEqual(
    ["0+1", "0+0.5", "0.5+0.5", "0+0.25", "0.25+0.25", "0.5+0.25", "0.75+0.25"].sort(),
  );
  expect(starts.get("0+1")).toBe(1000);
  expect(Math.abs((starts.get("0.5+0.5") as number) - 500)).toBeLessThan(70);
  expect(Math.abs((starts.get("0.75+0.25") as number) - 250)).toBeLessThan(60);
});

test("levels that cannot share a batch evenly are equally likely over many batches", () => {
  const draw = dyadicIncrements({ levels: 4 });
  const longest = Array.from({ length: 2000 }, (_, seed) => draw(key(seed), 1).delta[0]);
  expect(Math.abs(longest.filter((delta) => delta === 1).length - 500)).toBeLessThan(80);
});

test("a grid's intervals share the draws evenly", () => {
  const { t, delta } = gridTimes([0, 0.25, 1])(key(7), 10);
  expect(t.filter((start) => start === 0).length).toBe(5);
  expect(t.every((start, i) => delta[i] === (start === 0 ? 0.25 : 0.75))).toBe(true);
});

test("parameters that describe no distribution are refused", () => {
  const wrong = [
    () => dyadicIncrements({ levels: 0 }),
    () => uniformIncrements({ minimum: 0 }),
    () => squareRootIncrements({ minimum: 2 }),
    () => betaIncrements({ alpha: -1 }),
    () => fixedIncrements({ steps: 0 }),
    () => gridTimes([0]),
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
