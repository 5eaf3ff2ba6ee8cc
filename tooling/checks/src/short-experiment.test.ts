import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runApp } from "./run-app.ts";

/** All that a person has to write. */
const module = `import type { Experiment } from "@eddyflow/experiments";

export default {
  name: "mine",
  data: { system: "kuramoto-sivashinsky-2d", extent: 15, numPoints: 16, warmUp: 5, frames: 6 },
  network: { features: [4, 6] },
  training: { iterations: 3, batchSize: 2, validationPairs: 2 },
  models: { velocity: { sampler: { steps: 4 } } },
} satisfies Experiment;
`;

let folder = "";
beforeAll(async () => {
  await useBackend("wasm");
  folder = await mkdtemp(join(tmpdir(), "eddyflow-short-"));
  await writeFile(join(folder, "mine.ts"), module);
});
afterAll(() => rm(folder, { recursive: true }));

const app = (name: "simulator" | "trainer" | "evaluator", ...words: readonly string[]) =>
  runApp(name, folder, words);

test("an experiment of ten lines is simulated, learnt, distilled and evaluated", {
  tags: ["slow"],
}, async () => {
  expect(module.trim().split("\n").length).toBeLessThanOrEqual(10);
  const data = ["--data", "data/mine", "--backend", "wasm"];
  await app("simulator", "./mine.ts", "--trajectories", "2");
  await app("trainer", "./mine.ts", "velocity", "--name", "a", ...data);
  const taught = ["--teacher", "runs/mine/velocity/a", ...data];
  await app("trainer", "./mine.ts", "flow", "--name", "a", ...taught);
  await app("trainer", "./mine.ts", "velocity_pd", "--name", "a", ...taught);
  const models = ["velocity", "flow", "velocity_pd"].map((name) => `${name}=runs/mine/${name}/a`);
  await app(
    "evaluator",
    ...["./mine.ts", "--models", [...models, "persistence"].join(","), "--out", "report", ...data],
    ...["--samples", "2", "--rollouts", "1", "--rollout-len", "2", "--members", "2"],
  );
  const summary = JSON.parse(await readFile(join(folder, "report", "summary.json"), "utf8"));
  expect(summary.contestants).toHaveLength(4);
});
