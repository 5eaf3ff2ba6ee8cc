import { expect, test } from "vitest";
import { planDemo } from "./plan.ts";

const plan = (quick: boolean, there: readonly string[] = []) =>
  planDemo({
    quick,
    backend: null,
    experiment: "/x/experiment.ts",
    folder: "/runs/demo",
    exists: (path) => there.includes(path),
  });

test("the demo simulates, trains, distils in three ways and evaluates, in this order", () => {
  expect(plan(false).map(({ app }) => app)).toEqual([
    "simulator",
    "trainer",
    "trainer",
    "trainer",
    "trainer",
    "evaluator",
  ]);
});

test("a run that is there is gone on with, another is new", () => {
  const [, teacher, flow] = plan(false, ["/runs/demo/full/runs/ks2d-demo/velocity/teacher"]);
  expect(teacher?.args).toContain("--resume");
  expect(teacher?.args).not.toContain("--new");
  expect(flow?.args).toContain("--new");
});

test("the report compares the ten models that it promises", () => {
  const args = plan(true).at(-1)?.args ?? [];
  const models = String(args[args.indexOf("--models") + 1]).split(",");
  expect(models.map((model) => model.split("=")[0])).toEqual([
    "solver",
    "persistence",
    "climatology",
    "teacher",
    "teacher-euler-1",
    "teacher-euler-2",
    "flow",
    "velocity_pd-2",
    "velocity_pd-1",
    "single_step",
  ]);
});
