import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { summary } from "./summary.ts";

const found = summary(exampleEvaluation);

test("the summary has exactly the keys that other programs read", () => {
  expect(Object.keys(found)).toEqual(["experiment", "quick", "models", "teacherSpread"]);
  for (const model of found.models) {
    expect(Object.keys(model)).toEqual([
      "name",
      "nfePerStep",
      "msPerStep",
      "batch",
      "oneStep",
      "rollout",
      "spectrum",
      "distillationError",
    ]);
    expect(Object.keys(model.oneStep)).toEqual(["vrmse", "crps"]);
    expect(Object.keys(model.rollout)).toEqual(["vrmse", "crps"]);
    expect(Object.keys(model.spectrum)).toEqual(["low", "mid", "high"]);
  }
});

test("figures are passed on whole, what is undefined is null", () => {
  const teacher = found.models.find((model) => model.name === "teacher");
  expect(teacher).toMatchObject({ nfePerStep: 100, msPerStep: 84.7, distillationError: 0 });
  expect(teacher?.rollout.crps).toEqual(
    exampleEvaluation.models.find((model) => model.name === "teacher")?.rollout?.crps,
  );
  const solver = found.models.find((model) => model.name === "solver");
  expect(solver).toMatchObject({ nfePerStep: null, batch: 1, distillationError: null });
});

test("what was left out or is not finite becomes null, and survives JSON", () => {
  const models = exampleEvaluation.models.map((model) => ({
    ...model,
    oneStep: null,
    rollout: { vrmse: [1, Number.NaN], crps: [1, Number.POSITIVE_INFINITY] },
    spectrum: null,
  }));
  const read = JSON.parse(JSON.stringify(summary({ ...exampleEvaluation, models }))).models[0];
  expect(read.oneStep).toEqual({ vrmse: null, crps: null });
  expect(read.rollout).toEqual({ vrmse: [1, null], crps: [1, null] });
  expect(read.spectrum).toEqual({ low: null, mid: null, high: null });
});
