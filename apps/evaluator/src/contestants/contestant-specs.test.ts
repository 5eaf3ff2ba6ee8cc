import { equalSteps } from "@eddyflow/samplers/descriptions";
import { expect, test } from "vitest";
import { readContestantSpecs } from "./contestant-specs.ts";

test("a list of every form is read", () => {
  expect(
    readContestantSpecs(
      "teacher=runs/a@midpoint:50, flow=runs/b@c/d,persistence,climatology,solver,solver:2",
    ),
  ).toEqual([
    {
      kind: "model",
      name: "teacher",
      checkpoint: "runs/a",
      sampler: equalSteps("midpoint", 50),
    },
    { kind: "model", name: "flow", checkpoint: "runs/b@c/d", sampler: null },
    { kind: "baseline", name: "persistence" },
    { kind: "baseline", name: "climatology" },
    { kind: "solver", name: "solver", pointStride: 1 },
    { kind: "solver", name: "solver:2", pointStride: 2 },
  ]);
});

test.each([
  ["a=x@eulr:2", /unknown sampler "eulr".*did you mean "euler"/u],
  ["a=x@euler", /does not say how many steps/u],
  ["a=x@euler:0", /does not say how many steps/u],
  ["persistance", /did you mean "persistence"/u],
  ["runs/a", /give it a name: model=runs\/a/u],
  ["solver:1.5", /no valid stride/u],
  ["solver=runs/a", /cannot be called "solver"/u],
  ["a=", /no checkpoint/u],
  ["a=x,a=y", /names "a" twice/u],
  [" , ", /--models is empty/u],
])("%s is refused with a remedy", (text, message) => {
  expect(() => readContestantSpecs(text)).toThrow(message);
});
