import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { summary } from "./summary.ts";

const found = summary(exampleEvaluation);

test("the summary has exactly the keys that other programs read", () => {
  expect(Object.keys(found)).toEqual([
    "experiment",
    "quick",
    "reference",
    "contestants",
    "teacherSpread",
    "ensemble",
    "truthScores",
  ]);
  for (const contestant of found.contestants) {
    expect(Object.keys(contestant)).toEqual([
      "name",
      "group",
      "kind",
      "budget",
      "seeds",
      "undistilled",
      "added",
      "warning",
      "nfePerStep",
      "msPerStep",
      "batch",
      "oneStep",
      "rollout",
      "spectrum",
      "distillationError",
      "distillationErrors",
      "scores",
      "ratioToTeacher",
      "ratioAtEqualCost",
    ]);
    expect(Object.keys(contestant.budget)).toEqual(["sampler", "steps", "nfe", "milliseconds"]);
    expect(Object.keys(contestant.oneStep)).toEqual(["vrmse", "crps"]);
    expect(Object.keys(contestant.rollout)).toEqual(["vrmse", "crps"]);
    expect(Object.keys(contestant.spectrum)).toEqual(["low", "mid", "high"]);
  }
});

test("figures are passed on whole, what is undefined is null", () => {
  const teacher = found.contestants.find((contestant) => contestant.name === "teacher");
  expect(teacher).toMatchObject({ nfePerStep: 100, msPerStep: 84.7, distillationError: 0 });
  expect(teacher?.rollout.crps).toEqual(
    exampleEvaluation.contestants.find((contestant) => contestant.name === "teacher")?.rollout
      ?.crps,
  );
  const solver = found.contestants.find((contestant) => contestant.name === "solver");
  expect(solver).toMatchObject({ nfePerStep: null, batch: 1, distillationError: null });
});

test("what was left out or is not finite becomes null, and survives JSON", () => {
  const contestants = exampleEvaluation.contestants.map((contestant) => ({
    ...contestant,
    oneStep: null,
    rollout: { vrmse: [1, Number.NaN], crps: [1, Number.POSITIVE_INFINITY] },
    spectrum: null,
  }));
  const read = JSON.parse(JSON.stringify(summary({ ...exampleEvaluation, contestants })))
    .contestants[0];
  expect(read.oneStep).toEqual({ vrmse: null, crps: null });
  expect(read.rollout).toEqual({ vrmse: [1, null], crps: [1, null] });
  expect(read.spectrum).toEqual({ low: null, mid: null, high: null });
});

test("every score stands there by name and channel, with its interval, or null with the reason", () => {
  const scoresOf = (name: string) =>
    JSON.parse(JSON.stringify(found.contestants.find((each) => each.name === name)?.scores));
  const { oneStep, rollout, correlationTimes, rankHistogram } = scoresOf("teacher");
  expect(oneStep.rmse.channels.u).toEqual({
    value: expect.closeTo(0.14 * 1.1, 12),
    interval: {
      low: expect.closeTo(0.9 * 0.14 * 1.1, 12),
      high: expect.closeTo(1.1 * 0.14 * 1.1, 12),
    },
    reason: null,
  });
  expect(rollout.mse.mean).toHaveLength(8);
  expect(rollout.mse.channels.u[1]).toBeCloseTo(0.28, 12);
  expect(correlationTimes["0.9"].mean.value).toBeCloseTo(1 / 0.14, 12);
  expect(rankHistogram.u).toHaveLength(9);
  expect(scoresOf("solver").oneStep.spread.mean).toEqual({
    value: null,
    interval: null,
    reason: "a single forecast has no spread",
  });
});

test("scores over the teacher's stand beside those of every other contestant", () => {
  const ratioOf = (name: string) =>
    found.contestants.find((each) => each.name === name)?.ratioToTeacher;
  expect(ratioOf("teacher")).toBeNull();
  expect(ratioOf("flow")).toMatchObject({
    to: "teacher",
    oneStep: { crps: { value: expect.closeTo(0.147 / 0.14, 12), reason: null } },
    rolloutMean: null,
  });
});
