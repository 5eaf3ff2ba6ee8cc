import { expect, test } from "vitest";
import type { Drawn } from "./drawn.ts";
import { type DrawnScores, scoreRatios } from "./score-ratios.ts";

const scored = (ensemble: Drawn): DrawnScores => {
  const score = { mean: { value: ensemble[0] ?? null, interval: null }, channels: [] };
  return {
    ...{ name: "teacher", oneStep: null, rolloutMean: null, distillation: null },
    ensemble: { energyDistance: { score, mean: ensemble, channels: [] } },
  };
};
const ratio = (own: Drawn, other: Drawn) =>
  scoreRatios(scored(own), scored(other)).ensemble?.energyDistance;

test("a ratio is taken draw by draw", () => {
  expect(ratio([2, 2, 6], [1, 2, 3])).toEqual({ value: 2, interval: [1.025, 1.975] });
});

test("a distance that is not positive is no scale, and the reason says so", () => {
  expect(ratio([2, 2, 6], [-1, 2, 3])).toMatchObject({
    ...{ value: null, interval: null, reason: "what it is divided by is not positive" },
  });
  expect(ratio([2], [0])?.reason).toBe("what it is divided by is 0");
  expect(ratio([null], [1])?.reason).toBe("one of the two has no value");
});

test("a ratio whose scale is lost in some draws has no interval, and the reason says so", () => {
  expect(ratio([2, 2, 6], [1, -2, 3])).toEqual({
    ...{ value: 2, interval: null },
    reason: "without an interval, because some draws of trajectories have no value",
  });
});
