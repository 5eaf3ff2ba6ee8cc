import { join } from "node:path";
import { configureExperiment } from "command-line";
import { demoExperiment } from "demo";
import { expect, test } from "vitest";
import { wordAfter } from "../word-after.test.helpers.ts";
import { parts } from "./cases.ts";
import { type NormContestant, planNormEvaluation, planNorms } from "./plan.ts";
import { type MeasuredNorm, rowsOf, tableOf } from "./rows.ts";

const places = { experiment: "e.ts", data: "data", teacher: "teacher", out: "out" };
const plan = planNorms({ parts, seeds: 2, places, exists: () => false });

test("all norms of a use have equal iterations and settings, and norms of their own", () => {
  for (const use of new Set(parts.map((part) => part.use))) {
    const own = plan.trainings.filter(({ args }) => args[1] === use.method);
    expect(own).toHaveLength(parts.length);
    expect(new Set(own.map(({ args }) => wordAfter(args, "--max-iters"))).size).toBe(1);
    const settings = own.map(({ args }) => args.filter((word) => word.startsWith("models.")));
    const others = settings.map((words) => words.filter((word) => !word.includes(".norm.")));
    expect(new Set(others.map(String)).size).toBe(1);
    expect(new Set(settings.map(String)).size).toBe(parts.length / 2);
  }
});

test("the recipe of each norm is the one that its name says", async () => {
  const recipeOf: Readonly<Record<string, object>> = {
    L2: { kind: "l2" },
    "β = 1": { kind: "sobolev", beta: 1, timePower: 0 },
    "β = t²": { kind: "sobolev", beta: 1, timePower: 2 },
    "β = 20": { kind: "sobolev", beta: 20, timePower: 0 },
    "β = 20 t²": { kind: "sobolev", beta: 20, timePower: 2 },
  };
  const source = join(import.meta.dirname, "../../../..", demoExperiment);
  // The norm of a recipe is of one schema in all methods; loading one takes a second.
  for (const [i, { norm, use }] of parts.entries()) {
    if (use.method !== "velocity") continue;
    const args = plan.trainings[i]?.args ?? [];
    const overrides = args.filter((word) => word.startsWith("models."));
    const config = await configureExperiment(source, { size: "full", overrides });
    const recipe = config.models.velocity;
    expect(recipe?.norm).toMatchObject(recipeOf[norm.name] as object);
    if (norm.name !== "L2") expect(recipe?.norm).toMatchObject({ alpha: 1, alphaPower: 0 });
  }
});

test("what is distilled learns from the demo's teacher, what is trained from data alone", () => {
  for (const [i, { part }] of plan.contestants.entries()) {
    const args = plan.trainings[i]?.args ?? [];
    expect(args.includes("--teacher")).toBe(part.use.name === "distilled");
    if (args.includes("--teacher")) expect(wordAfter(args, "--teacher")).toBe("teacher");
  }
});

test("each run has a folder and a name of its own, which do not depend on what else is chosen", () => {
  const { contestants } = plan;
  expect(new Set(contestants.map(({ folder }) => folder)).size).toBe(2 * parts.length);
  expect(new Set(contestants.map(({ name }) => name)).size).toBe(2 * parts.length);
  for (const part of parts) {
    const alone = planNorms({ parts: [part], seeds: 1, places, exists: () => false });
    expect(contestants.map(({ folder }) => folder)).toContain(alone.contestants[0]?.folder);
  }
  const models = wordAfter(planNormEvaluation(contestants, places).args, "--models")?.split(",");
  expect(models).toHaveLength(contestants.length + 1);
});

test("a run that is there is gone on with, and asked for the same settings", () => {
  const there = planNorms({ parts, seeds: 2, places, exists: () => true });
  const settings = ({ args }: { readonly args: readonly string[] }) =>
    args.filter((word) => word.startsWith("models."));
  expect(there.trainings.map(settings)).toEqual(plan.trainings.map(settings));
  expect(there.trainings.every(({ args }) => args.includes("--resume"))).toBe(true);
});

test("seeds make one row of means and intervals, with a distillation error only for students", () => {
  const chosen = [parts[0], parts.at(-1)].flatMap((part): NormContestant[] =>
    part === undefined
      ? []
      : [0, 1, 2].map((seed) => ({ name: `${part.name} ${seed}`, part, seed, folder: "" })),
  );
  const measured = chosen.map(
    ({ name, seed }): MeasuredNorm => ({
      name,
      spectrum: { low: 1, mid: 1, high: seed + 1 },
      oneStep: { vrmse: 0.5, crps: 0.25 },
      rollout: { vrmse: [], crps: [seed, seed + 2] },
      distillationError: 0.125,
    }),
  );
  const [trained, distilled, ...others] = rowsOf(chosen, measured);
  expect(others).toEqual([]);
  expect(trained).toMatchObject({ use: "trained", norm: "L2", beta: 0, seeds: 3 });
  expect(trained?.high.mean).toBe(2);
  expect(trained?.high.half).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
  expect(trained?.crps.rollout.mean).toBe(2);
  expect(trained?.distillationError).toBeNull();
  expect(distilled?.distillationError).toEqual({ mean: 0.125, half: 0 });
  const lines = tableOf(rowsOf(chosen, measured)).split("\n");
  expect(lines[2]).toMatch(/\| 2.000 ± 2.484 \| .5000 ± .0000 \| – /u);
  expect(lines[3]).toMatch(/β = 20 t² .* .1250 ± .0000 /u);
});
