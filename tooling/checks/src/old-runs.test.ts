import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { availableBackends, useBackend } from "@eddyflow/backend";
import { folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import { key } from "@eddyflow/random";
import { loadSurrogate } from "@eddyflow/surrogate";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runApp } from "./run-app.ts";

const fixtures = join(import.meta.dirname, "../fixtures/before-redesign");

/** The numbers are of float32: a graphics card may round further. */
const backend =
  availableBackends().find((name) => name === "tensorflow" || name === "wasm") ?? "cpu";

/** What an earlier version drew: `numbers.json`. */
interface Drawn {
  readonly checkpoint: string;
  readonly nfe: number;
  readonly key: number;
  readonly shape: readonly number[];
  readonly previous: readonly number[];
  readonly next: readonly number[];
}
const numbers: readonly Drawn[] = JSON.parse(
  await readFile(join(fixtures, "numbers.json"), "utf8"),
);

/** The loss of each step of each run, where the earlier version went on to the end itself. */
const losses: Readonly<Record<string, readonly number[]>> = JSON.parse(
  await readFile(join(fixtures, "losses.json"), "utf8"),
);

let folder = "";
beforeAll(async () => {
  await useBackend(backend);
  folder = await mkdtemp(join(tmpdir(), "eddyflow-old-runs-"));
  await cp(fixtures, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const trainer = (...words: readonly string[]) =>
  runApp("trainer", folder, [...words, "--backend", backend]);

const steps = async (run: string): Promise<readonly number[]> =>
  (await readdir(join(folder, "runs", run, "checkpoints"))).map(Number).sort((a, b) => a - b);

/** A thousandth is far above what float32 leaves open, and far below what another draw changes. */
async function expectTheSameLosses(run: string): Promise<void> {
  const lines = await readFile(join(folder, "runs", run, "metrics.jsonl"), "utf8");
  const found = lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line).loss as number);
  const expected = losses[run] ?? [];
  expect(found).toHaveLength(expected.length);
  const ratios = found.map((loss, i) => loss / (expected[i] ?? Number.NaN));
  for (const ratio of ratios) expect(Math.abs(ratio - 1)).toBeLessThan(1e-3);
}

test("there are numbers of every run", async () => {
  const found = await readdir(join(fixtures, "runs"), { recursive: true });
  const runs = found.filter((path) => path.endsWith("checkpoints"));
  expect(numbers.map(({ checkpoint }) => join(checkpoint, "..")).sort()).toEqual(
    runs.map((path) => join("runs", path)).sort(),
  );
});

// Before the runs go on: a resumed run keeps only its newest checkpoints and its best one.
test.each(numbers)("$checkpoint draws what it drew then", async (drawn) => {
  const source = folderSource(await resolveCheckpoint(join(fixtures, drawn.checkpoint)));
  const surrogate = await loadSurrogate(source);
  expect(surrogate.nfe).toBe(drawn.nfe);
  const previous = tensor([...drawn.previous], [...drawn.shape]);
  const next = await surrogate.next(previous, key(drawn.key));
  expect(next.shape).toEqual(drawn.shape);
  const values = await next.data();
  const channels = drawn.shape.at(-1) ?? 1;
  for (let channel = 0; channel < channels; channel++) {
    const isOfChannel = (_: number, i: number) => i % channels === channel;
    const expected = drawn.next.filter(isOfChannel);
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const errors = [...values]
      .filter(isOfChannel)
      .map((value, i) => Math.abs(value - (expected[i] ?? Number.NaN)));
    expect(Math.max(...errors) / largest).toBeLessThan(1e-5);
  }
  dispose([previous, next]);
  surrogate.dispose();
});

const cases = [
  {
    experiment: "ks2d",
    runs: ["velocity/teacher", "flow/dyadic", "velocity_pd/two"],
    rivals: ["persistence", "climatology", "solver"],
  },
  {
    experiment: "own",
    module: "./own.ts",
    runs: ["velocity/teacher", "flow/square-root"],
    rivals: ["persistence", "climatology"],
  },
  {
    experiment: "ns2d",
    runs: ["velocity/sobolev"],
    rivals: ["persistence", "climatology", "solver"],
  },
  {
    experiment: "rti3d_sliced",
    runs: ["velocity/timed"],
    rivals: ["persistence", "climatology"],
  },
] as const satisfies readonly { experiment: string; [key: string]: unknown }[];

/** Compares old checkpoints and others, and gives the report's summary. */
async function evaluate(
  experiment: string,
  models: readonly string[],
): Promise<{ readonly contestants: readonly { readonly oneStep: { readonly vrmse: number } }[] }> {
  const out = `report-${experiment.replace(/\W/gu, "")}`;
  await runApp("evaluator", folder, [
    ...[experiment, "--models", models.join(","), "--backend", backend, "--out", out],
    ...["--samples", "1", "--members", "2", "--batch", "2"],
    ...["--rollout-len", "1", "--rollouts", "1", "--size", "small"],
  ]);
  return JSON.parse(await readFile(join(folder, out, "summary.json"), "utf8"));
}

test.each(cases)(
  "runs of $experiment go on to the end of their budget and are evaluated",
  { tags: ["slow"] },
  async ({ experiment, runs, rivals, ...rest }) => {
    const name = "module" in rest ? rest.module : experiment;
    for (const run of runs) {
      const [method = "", runName = ""] = run.split("/");
      await trainer(name, method, "--resume", "--name", runName);
      expect((await steps(`${experiment}/${run}`)).slice(-2)).toEqual([4, 6]);
      // Its increments never reached the anchor then, so that nothing tied the map to its teacher.
      if (run !== "flow/square-root") await expectTheSameLosses(`${experiment}/${run}`);
    }
    const models = runs.flatMap((run, i) => [
      `old${i}=runs/${experiment}/${run}/checkpoints/4`,
      `resumed${i}=runs/${experiment}/${run}`,
    ]);
    const { contestants: scores } = await evaluate(name, [...models, ...rivals]);
    expect(scores).toHaveLength(models.length + rivals.length);
    for (const { oneStep } of scores) expect(oneStep.vrmse).toBeLessThan(100);
  },
);

test("a multistage goes on in its second stage and begins its third", {
  tags: ["slow"],
}, async () => {
  await trainer("ks2d", "multistage", "--resume", "--name", "stages");
  const stages = join(folder, "runs/ks2d/multistage/stages/multistage.json");
  const record = JSON.parse(await readFile(stages, "utf8"));
  expect(record.stages).toHaveLength(3);
  for (const { student } of record.stages) expect(student).not.toBeNull();
  expect((await steps("ks2d/velocity_pd/stages-stage1")).at(-1)).toBe(2);
  expect((await steps("ks2d/velocity_pd/stages-stage2")).slice(-2)).toEqual([4, 6]);
  expect((await steps("ks2d/velocity_pd/stages-stage3")).at(-1)).toBe(2);
  for (const stage of [1, 2, 3]) await expectTheSameLosses(`ks2d/velocity_pd/stages-stage${stage}`);
});
