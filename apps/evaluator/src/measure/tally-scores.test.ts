import { expect, test } from "vitest";
import {
  divergenceDefinition,
  measuresFor,
  oneStepDefinitions,
  scoreDefinitions,
} from "./score-definitions.ts";
import { addToTally, emptyTally } from "./tally.ts";
import { correlationTimesOf, scoresOf } from "./tally-scores.ts";

const options = { members: 4, seed: 3 };

/** Two channels of two trajectories, two states of the first and one of the second. */
function exampleTally() {
  const tally = emptyTally(2, measuresFor(oneStepDefinitions));
  const add = (trajectory: number, own: number, other: number, vrmse: number | null) =>
    addToTally(tally, trajectory, [
      { mse: own, vrmse, squaredSpread: own, squaredSkill: 2 * own },
      { mse: other, vrmse: null, squaredSpread: 0, squaredSkill: 0 },
    ]);
  add(0, 1, 4, 0.5);
  add(0, 3, 4, null);
  add(1, 5, 1, 0.7);
  return tally;
}

test("squares are averaged over states before the root is taken, and channels after it", () => {
  const { mse, rmse } = scoresOf([exampleTally()], oneStepDefinitions, options);
  expect(mse?.channels.map(({ value }) => value)).toEqual([3, 3]);
  expect(rmse?.mean.value).toBeCloseTo(Math.sqrt(3), 12);
  // √(5/4) · √(mean of 1, 3, 5) / √(twice that).
  const { spreadSkill } = scoresOf([exampleTally()], oneStepDefinitions, options);
  expect(spreadSkill?.channels[0]?.value).toBeCloseTo(Math.sqrt(5 / 8), 12);
});

test("an interval is that of trajectories drawn with replacement", () => {
  const { mse } = scoresOf([exampleTally()], oneStepDefinitions, options);
  // Both of one trajectory in a quarter of the draws each: (1 + 3)/2 and 5 are the ends.
  expect(mse?.channels[0]?.interval).toEqual([2, 5]);
  const again = scoresOf([exampleTally()], oneStepDefinitions, options);
  expect(again["mse"]).toEqual(mse);
});

test("a single trajectory has a value without an interval", () => {
  const tally = emptyTally(1, measuresFor(oneStepDefinitions));
  addToTally(tally, 7, [{ mse: 4 }]);
  const { rmse } = scoresOf([tally], oneStepDefinitions, options);
  expect(rmse?.mean).toEqual({ value: 2, interval: null });
});

test("what has no meaning is null with its reason, and a part that is left out is named", () => {
  const { vrmse, spreadSkill, coverage } = scoresOf([exampleTally()], oneStepDefinitions, options);
  expect(vrmse?.channels[0]?.value).toBeCloseTo(0.6, 12);
  expect(vrmse?.channels[0]?.reason).toBe("without 1 of 3 states, where the truth is constant");
  expect(vrmse?.channels[1]).toEqual({
    value: null,
    interval: null,
    reason: "the truth is constant",
  });
  expect(vrmse?.mean.value).toBeCloseTo(0.6, 12);
  expect(vrmse?.mean.reason).toBe("without 1 of 2 channels, where the truth is constant");
  expect(spreadSkill?.channels[1]?.reason).toBe("the mean of the ensemble has no error");
  expect(coverage?.mean).toEqual({
    value: null,
    interval: null,
    reason: "a single forecast has no spread",
  });
});

test("a band without energy in the truth has no ratio, however much the forecast has", () => {
  const { energyLow, energyHigh } = scoreDefinitions;
  expect(energyHigh.value([1e-3, 1e-17, 1], 4)).toBeNull();
  expect(energyLow.value([1e-3, 2e-3, 1], 4)).toBe(0.5);
});

test("a forecast that diverged has a value that is not finite, and says so", () => {
  const tally = emptyTally(1, measuresFor(oneStepDefinitions));
  addToTally(tally, 0, [{ mse: Number.POSITIVE_INFINITY }]);
  addToTally(tally, 1, [{ mse: 1 }]);
  expect(scoresOf([tally], oneStepDefinitions, options)["mse"]?.mean).toEqual({
    value: Number.POSITIVE_INFINITY,
    interval: null,
    reason: "the forecast is not finite",
  });
});

test("a correlation time is that of the curve averaged over trajectories, and says where it is cut short", () => {
  const steps = [
    [0.98, 0.96],
    [0.94, 0.7],
  ].map((values) => {
    const tally = emptyTally(1, ["correlation"]);
    for (const [trajectory, correlation] of values.entries()) {
      addToTally(tally, trajectory, [{ correlation }]);
    }
    return tally;
  });
  const [high, low] = correlationTimesOf([steps], 0.5, 3);
  // 1, .97, .82 at 0, .5 and 1: below .9 at .5 + .5 · .07/.15.
  expect(high?.times.mean.value).toBeCloseTo(0.5 + (0.5 * 0.07) / 0.15, 12);
  expect(high?.times.mean.interval?.[1]).toBe(1);
  expect(low?.times.mean).toMatchObject({
    value: 1,
    reason: "still above it at the end of the rollouts",
  });
});

test("a grid without vectors has no divergence", () => {
  const tally = emptyTally(0, measuresFor(divergenceDefinition));
  addToTally(tally, 0, []);
  expect(scoresOf([tally], divergenceDefinition, options).divergence.channels).toEqual([]);
});
