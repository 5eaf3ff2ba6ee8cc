import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import { decodeSafetensors } from "@eddyflow/checkpointing";
import { inProcess } from "@eddyflow/parallel";
import { memory } from "@tensorflow/tfjs-core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { main } from "./main.ts";
import { experiment, runTrainer, writeStore } from "./tiny.test.helpers.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-ranks-"));
  const module = `export default ${JSON.stringify(experiment)};`;
  await writeFile(join(folder, "tiny.ts"), module);
  for (const split of ["train", "validation"] as const)
    await writeStore(join(folder, "data"), split);
});
afterEach(() => rm(folder, { recursive: true }));

/** Runs the trainer in two ranks of this process. What one fails with ends the other, as it does in an MPI job. */
async function inTwoRanks(wordsOf: (rank: number) => readonly string[]): Promise<string> {
  await useBackend("cpu");
  const tensors = memory().numTensors;
  let out = "";
  vi.stubEnv("INIT_CWD", folder);
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation((text) => {
      out += text;
      return true;
    }),
  );
  const ranks = inProcess(2).map(async (communicator) => {
    try {
      await main({
        argv: [...wordsOf(communicator.rank), "--backend", "cpu"],
        signal: new AbortController().signal,
        endAt: () => {},
        join: async () => communicator,
      });
    } catch (error) {
      try {
        communicator.abort(2);
      } catch {
        // It says that the job has ended.
      }
      throw error;
    }
  });
  try {
    await Promise.all(ranks);
    expect(memory().numTensors).toBe(tensors);
  } finally {
    await Promise.allSettled(ranks);
    for (const spy of spies) spy.mockRestore();
    vi.unstubAllEnvs();
  }
  return out;
}

/** Milliseconds, where the machine is busy with others. */
const timeout = 60_000;

const runOf = (method: string, name: string) => join(folder, "runs", "tiny", method, name);

/** ‖a − b‖ / ‖b‖ of the weights of two runs at a step. */
async function differenceAt(step: number, method: string, [own, other]: readonly [string, string]) {
  const [a, b] = await Promise.all(
    [own, other].map(async (name) => {
      const file = join(runOf(method, name), "checkpoints", String(step), "weights.safetensors");
      const { arrays } = decodeSafetensors(await readFile(file));
      return Object.values(arrays).flatMap(({ data }) => Array.from(data, Number));
    }),
  );
  const norm = (values: readonly number[]) => Math.hypot(...values);
  const expected = b ?? [];
  return norm(expected.map((value, i) => value - (a?.[i] ?? Number.NaN))) / norm(expected);
}

/** The rows of a run's log. */
const rowsOf = async (method: string, name: string) =>
  (await readFile(join(runOf(method, name), "metrics.jsonl"), "utf8"))
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, number>>);

const words = (method: string, name: string, ...more: readonly string[]) => [
  ...["./tiny.ts", method, "--name", name, "--data", "data"],
  ...more,
];

test("two ranks make the run that one process makes", { timeout }, async () => {
  await runTrainer(folder, words("velocity", "one", "--max-iters", "3"));
  await inTwoRanks(() => words("velocity", "two", "--max-iters", "3"));
  expect(await differenceAt(3, "velocity", ["two", "one"])).toBeLessThan(1e-5);
  const [one, two] = [await rowsOf("velocity", "one"), await rowsOf("velocity", "two")];
  expect(two.map(({ step }) => step)).toEqual(one.map(({ step }) => step));
  for (const [i, row] of two.entries()) {
    expect(row["loss"]).toBeCloseTo(one[i]?.["loss"] ?? Number.NaN, 4);
    expect(row["validationLoss"] ?? 0).toBeCloseTo(one[i]?.["validationLoss"] ?? 0, 4);
  }
});

test("a run that one process began goes on in two, and the other way round", {
  timeout,
}, async () => {
  const [begin, goOn] = [
    (name: string) => words("velocity", name, "--max-iters", "1"),
    (name: string) => words("velocity", name, "--resume", "--max-iters", "2"),
  ];
  await runTrainer(folder, begin("one"));
  await inTwoRanks(() => goOn("one"));
  await inTwoRanks(() => begin("two"));
  await runTrainer(folder, goOn("two"));
  expect(await differenceAt(2, "velocity", ["two", "one"])).toBeLessThan(1e-5);
});

test("two ranks share out a student's paths and what it is judged by", { timeout }, async () => {
  await runTrainer(folder, words("velocity", "teacher", "--max-iters", "1"));
  const taught = ["--teacher", "runs/tiny/velocity/teacher"];
  const small = ["batchSize=2", "pathSteps=2", "validateEvery=2", "validationPairs=2"];
  const own = (name: string) =>
    words(
      "single_step",
      name,
      ...taught,
      ...["--max-iters", "2"],
      ...small.map((each) => `models.single_step.${each}`),
    );
  await runTrainer(folder, own("one"));
  await inTwoRanks(() => own("two"));
  expect(await differenceAt(2, "single_step", ["two", "one"])).toBeLessThan(1e-5);
  const last = async (name: string) =>
    (await rowsOf("single_step", name)).at(-1)?.["distillationError"];
  expect(await last("two")).toBeCloseTo((await last("one")) ?? Number.NaN, 4);
});

test("two ranks make the stages that one process makes", { timeout }, async () => {
  await runTrainer(folder, words("velocity", "teacher", "--max-iters", "1"));
  const taught = ["--teacher", "runs/tiny/velocity/teacher"];
  const stages = (name: string) => [
    ...words("multistage", name, ...taught, "--stages", "2", "--stage-iters", "1"),
  ];
  await runTrainer(folder, stages("one"));
  await inTwoRanks(() => stages("two"));
  expect(await differenceAt(1, "velocity_pd", ["two-stage2", "one-stage2"])).toBeLessThan(1e-5);
});

test.each([
  ["another seed", (rank: number) => ["--seed", String(rank)], /rank 1 has another configuration/u],
  [
    "more ranks than samples",
    () => ["models.velocity.batchSize=1"],
    /2 ranks cannot share out a batch of 1/u,
  ],
] as const)("%s is refused by rank 0, and nothing is written", async (_, more, message) => {
  await expect(inTwoRanks((rank) => words("velocity", "refused", ...more(rank)))).rejects.toThrow(
    message,
  );
  await expect(readFile(join(runOf("velocity", "refused"), "config.json"))).rejects.toThrow();
});

test("other data in one rank are refused", async () => {
  await writeStore(join(folder, "other"), "train", { factor: 2 });
  await writeStore(join(folder, "other"), "validation");
  // The same words in another folder: the disk of another machine.
  await expect(
    inTwoRanks((rank) => [
      ...words("velocity", "refused").slice(0, -1),
      rank === 0 ? "data" : "other",
    ]),
  ).rejects.toThrow(/rank 1 has another (configuration|data)/u);
});
