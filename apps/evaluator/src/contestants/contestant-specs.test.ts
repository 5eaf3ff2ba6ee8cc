import { expect, test } from "vitest";
import { readModelSpecs } from "./contestant-specs.ts";

test("a list of every form is read", () => {
  expect(
    readModelSpecs(
      "teacher=runs/a@midpoint:50, flow=runs/b@c/d,persistence,climatology,solver,solver:2",
    ),
  ).toEqual([
    {
      kind: "network",
      name: "teacher",
      path: "runs/a",
      sampler: { method: "midpoint", steps: 50 },
    },
    { kind: "network", name: "flow", path: "runs/b@c/d", sampler: null },
    { kind: "persistence", name: "persistence" },
    { kind: "climatology", name: "climatology" },
    { kind: "solver", name: "solver", stride: 1 },
    { kind: "solver", name: "solver:2", stride: 2 },
  ]);
});

test.each([
  ["a=x@eulr:2", /unknown sampler "eulr".*did you mean "euler"/u],
  ["a=x@euler", /no number of steps/u],
  ["a=x@euler:0", /no number of steps/u],
  ["persistance", /did you mean "persistence"/u],
  ["runs/a", /give it a name: model=runs\/a/u],
  ["solver:1.5", /no stride/u],
  ["solver=runs/a", /cannot be called "solver"/u],
  ["a=", /no checkpoint/u],
  ["a=x,a=y", /names "a" twice/u],
  [" , ", /names no model/u],
])("%s is refused with a remedy", (text, message) => {
  expect(() => readModelSpecs(text)).toThrow(message);
});
