import { equalSteps, samplerText } from "@eddyflow/samplers/descriptions";
import { pathInModels } from "command-line";
import { expect, test } from "vitest";
import { readCheckpointSpec } from "./checkpoint-spec.ts";
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
      checkpoints: ["runs/a"],
      samplers: [equalSteps("midpoint", 50)],
    },
    { kind: "model", name: "flow", checkpoints: ["runs/b@c/d"], samplers: null },
    { kind: "baseline", name: "persistence" },
    { kind: "baseline", name: "climatology" },
    { kind: "solver", name: "solver", pointStride: 1 },
    { kind: "solver", name: "solver:2", pointStride: 2 },
  ]);
});

const read = (text: string) =>
  readContestantSpecs(text).map((spec) =>
    spec.kind === "model"
      ? [spec.name, spec.checkpoints, spec.samplers?.map(samplerText) ?? null]
      : spec.name,
  );

test("a contestant has several budgets, and several runs", () => {
  expect(
    read(
      "teacher=runs/a@euler:1,2, 5;midpoint:1,50;midpoint-cosine:10,persistence,s=r0|r1|r2@flow:1,2,2=x,solver:2",
    ),
  ).toEqual([
    [
      "teacher",
      ["runs/a"],
      ["euler:1", "euler:2", "euler:5", "midpoint:1", "midpoint:50", "midpoint-cosine:10"],
    ],
    "persistence",
    ["s", ["r0", "r1", "r2"], ["flow:1", "flow:2"]],
    ["2", ["x"], null],
    "solver:2",
  ]);
});

test("a path in double quotes holds anything, a bare one all but commas, bars and a last @", () => {
  const paths = ["a,b/c=1", "x|y", "runs/b@c", 'say "hi"', "plain", "k=v/euler:1,2", "a b"];
  for (const path of paths) {
    const text = `one=${pathInModels(path)}@euler:1,2,two="p,q"|${pathInModels(path)},persistence`;
    expect(read(text), text).toEqual([
      ["one", [path], ["euler:1", "euler:2"]],
      ["two", ["p,q", path], null],
      "persistence",
    ]);
    expect(readCheckpointSpec(pathInModels(path))).toEqual({ checkpoint: path, sampler: null });
  }
  expect(pathInModels("k=v/runs")).toBe("k=v/runs");
});

test.each([
  ["a=x@euler:1,2,1", /has euler:1 twice/u],
  ["a=x@euler:1;euler:1", /has euler:1 twice/u],
  // Two steps are equal in every spacing.
  ["a=x@midpoint:2;midpoint-cosine:2", /has midpoint:2 twice/u],
  ["a=x@midpoint-cosin:4", /did you mean "midpoint-cosine"/u],
  ["a=x@euler:1,midpoint:0", /cannot read "midpoint:0"/u],
  ["a=x@euler:1;midpoint:0", /"@midpoint:0" .* does not say how many steps/u],
  ["a=x@euler:1,-2", /does not say how many steps/u],
  ["a=x@euler:1,2.5", /does not say how many steps/u],
  ["a=x@direct:2", /more than one step.*write direct:1/u],
  ["a=x,5", /cannot read "5"/u],
  ["a=x|y|x", /has the run x twice/u],
  ["a=x||y", /an empty run/u],
  ["a=x|", /an empty run/u],
  ["a=x@euler:1|y@euler:1", /a sampler before its last run/u],
  ['a="x', /do not enclose a path/u],
  ['a="x"y', /do not enclose a path/u],
  ["a=runs/x,y/z", /cannot read "y\/z".*a path with a comma stands in double quotes/u],
  ["a=x@eulr:2", /unknown sampler "eulr".*did you mean "euler"/u],
  ["a=x@euler", /does not say how many steps/u],
  ["a=x@euler:0", /does not say how many steps/u],
  ["persistance", /did you mean "persistence"/u],
  ["runs/a", /give it a name: model=runs\/a/u],
  ["solver:1.5", /no valid stride/u],
  ["solver=runs/a", /cannot be called "solver"/u],
  ["truth=runs/a", /cannot be called "truth"/u],
  ["floor=runs/a", /cannot be called "floor"/u],
  ["a=", /no checkpoint/u],
  ["a=x,a=y", /names "a" twice/u],
  [" , ", /--models is empty/u],
])("%s is refused with a remedy", (text, message) => {
  expect(() => readContestantSpecs(text)).toThrow(message);
});
