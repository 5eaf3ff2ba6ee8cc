import { join } from "node:path";
import { configureExperiment } from "command-line";
import { expect, test } from "vitest";
import { wordAfter } from "../word-after.test.helpers.ts";
import { parts } from "./contestants.ts";
import { planDeterministic, planDeterministicEvaluation } from "./plan.ts";
import { type MeasuredStep, rowsOf, tableOf } from "./rows.ts";

const places = { experiment: "e.ts", data: "data", out: "out" };
const plan = planDeterministic({ parts, seeds: 2, places, exists: () => false });
const [simulation, ...trainings] = plan.steps;

test("the data are made first, and both methods learn from them for as long, with the same seeds", () => {
  expect(simulation?.app).toBe("simulator");
  expect(trainings.map(({ args }) => args[1])).toEqual([
    ...["deterministic", "velocity", "deterministic", "velocity"],
  ]);
  expect(trainings.map(({ args }) => wordAfter(args, "--seed"))).toEqual(["0", "0", "1", "1"]);
  expect(new Set(trainings.map(({ args }) => wordAfter(args, "--max-iters"))).size).toBe(1);
  expect(new Set(trainings.map(({ args }) => wordAfter(args, "--data")))).toEqual(
    new Set([wordAfter(simulation?.args ?? [], "--out")]),
  );
});

test("the experiment gives both methods one recipe, and sees every point", async () => {
  const config = await configureExperiment(join(import.meta.dirname, "experiment.ts"), {
    size: "full",
    overrides: [],
  });
  const { sampler, times, ...velocity } = config.models.velocity as NonNullable<
    typeof config.models.velocity
  >;
  expect(sampler).toBeDefined();
  expect(times).toEqual({ kind: "uniform" });
  expect(config.models.deterministic).toEqual(velocity);
  expect(config.data).toMatchObject({ numPoints: 32, observation: { pointStride: 1 } });
});

test("the teacher is run at 1, 2, 5, 10, 20 and 100 evaluations, and each way has a name of its own", () => {
  const names = plan.contestants.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  const samplers = plan.contestants.map(({ sampler }) => sampler);
  for (const steps of [1, 2, 5, 10, 20, 100]) expect(samplers).toContain(`euler:${steps}`);
  for (const steps of [1, 5, 10, 50]) expect(samplers).toContain(`midpoint:${steps}`);
  const { args } = planDeterministicEvaluation(plan.contestants, places);
  const models = wordAfter(args, "--models")?.split(",") ?? [];
  expect(models).toHaveLength(names.length + 1);
  expect(models[1]).toBe("deterministic-0=out/runs/ks2d-determined/deterministic/seed0");
});

test("persistence comes first, and the seeds of each sampler make a row", () => {
  const contestants = plan.contestants.filter(({ sampler }) => sampler?.startsWith("euler:1"));
  const measured: MeasuredStep[] = ["persistence", ...contestants.map(({ name }) => name)].map(
    (name, i) => ({
      name,
      nfePerStep: i === 0 ? null : 1,
      oneStep: { vrmse: i },
      rollout: { vrmse: [0, i] },
    }),
  );
  const rows = rowsOf(contestants, measured);
  expect(rows.map(({ method, sampler, seeds }) => [method, sampler, seeds])).toEqual([
    ["persistence", null, 1],
    ["velocity", "euler:1", 2],
    ["velocity", "euler:10", 2],
    ["velocity", "euler:100", 2],
  ]);
  // Seeds 0 and 1 of euler:1 are the first and the fourth contestant: 1 and 4.
  const [, first] = rows;
  expect(first?.vrmse.oneStep.mean).toBe(2.5);
  expect(first?.vrmse.oneStep.half).toBeCloseTo((12.7062 * Math.sqrt(4.5)) / Math.sqrt(2), 3);
  expect(first?.vrmse.rollout.mean).toBe(1.25);
  expect(first?.vrmse.lastStep.mean).toBe(2.5);
  const lines = tableOf(rows).split("\n");
  expect(lines[2]).toMatch(/^\| persistence \| – +\| – +\| – +\| \.0000 /u);
  expect(lines).toHaveLength(6);
});
