import { equalSteps } from "@eddyflow/samplers/descriptions";
import { parseFlags } from "command-line";
import { expect, test } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { readEvaluationRequest, readPredictionRequest } from "./request.ts";

const evaluation = (...words: string[]) => readEvaluationRequest(parseFlags(words, commandSpec));
const prediction = (...words: string[]) =>
  readPredictionRequest(parseFlags(["predict", ...words], commandSpec));

test("the usual is filled in, and the reference is the model called teacher", () => {
  const request = evaluation("ks2d", "--models", "a=x,teacher=y,persistence");
  expect(request).toMatchObject({
    oneStep: true,
    rollout: true,
    members: 8,
    batch: 32,
    latentPolicy: "new",
    reference: "teacher",
    quick: false,
  });
  expect(evaluation("ks2d", "--models", "a=x").reference).toBeNull();
  expect(evaluation("ks2d", "--models", "a=x,b=y", "--reference", "b").reference).toBe("b");
  const budgets = "a=x,b=y@euler:1,2";
  for (const name of ["b", "b@euler:2"]) {
    expect(evaluation("ks2d", "--models", budgets, "--reference", name).reference).toBe(name);
  }
  expect(request.atEqualCost).toBe(true);
  expect(evaluation("ks2d", "--models", "a=x", "--as-listed").atEqualCost).toBe(false);
  expect(evaluation("ks2d", "--models", "solver", "--mode", "rollout")).toMatchObject({
    oneStep: false,
    rollout: true,
  });
});

test("a list that is given again goes on", () => {
  const words = ["--models", "a=x,b=y", "--models", "solver", "--mode", "rollout"];
  const request = evaluation("ks2d", ...words, "--mode", "one-step");
  expect(request).toEqual(
    evaluation("ks2d", "--models", "a=x,b=y,solver", "--mode", "rollout,one-step"),
  );
  expect(request.contestants).toHaveLength(3);
});

test.each([
  [["--models", "solver"], /no experiment is given/u],
  [
    ["ks2d", "--models", "a=x@euler:1,2", "--reference", "a@euler:3"],
    /expected a, a@euler:1, a@euler:2/u,
  ],
  [["ks2d"], /nothing to compare is given/u],
  [["ks2d", "more", "--models", "solver"], /"more" is one word too many/u],
  [["ks2d", "--models", "solver", "--mode", "rolout"], /did you mean "rollout"/u],
  [
    ["ks2d", "--models", "a=x", "--reference", "solver"],
    /not the name of a trained model in --models/u,
  ],
  [["ks2d", "--models", "solver", "--members", "1"], /an ensemble of one member cannot be scored/u],
  [
    ["ks2d", "--models", "solver", "--from", "x"],
    /--from belongs to npm run evaluator -- predict/u,
  ],
  [
    ["ks2d", "--models", "solver", "--format", "onnx"],
    /--format belongs to npm run evaluator -- export/u,
  ],
] as const)("%j is refused", (words, message) => {
  expect(() => evaluation(...words)).toThrow(message);
});

test("a prediction has its own words", () => {
  expect(prediction("runs/a@euler:1", "--from", "s", "--out", "o", "--members", "1")).toMatchObject(
    {
      checkpoint: "runs/a",
      sampler: equalSteps("euler", 1),
      frame: null,
      steps: 20,
      members: 1,
    },
  );
  expect(() => prediction("--from", "s", "--out", "o")).toThrow(/no checkpoint is given/u);
  expect(() => prediction("k=v/a", "--from", "s", "--out", "o")).toThrow(/write \.\/k=v\/a if/u);
  expect(() => prediction("x@euler:1,2", "--from", "s", "--out", "o")).toThrow(/several models/u);
  expect(() => prediction("x", "--from", "s")).toThrow(/no --out is given/u);
  expect(() => prediction("x", "--from", "s", "--out", "o", "--quick")).toThrow(
    /--quick does not belong to predict/u,
  );
});
