import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runApp } from "./run-app.ts";
import { root } from "./structure/workspace.ts";

const docs = join(root, "docs");
const page = await readFile(join(docs, "extending.md"), "utf8");
const example = (name: string) => join(docs, "examples", `${name}.ts`);

/** The rows of the page's table: files, lines, and how many they may be. */
const rows = [...page.matchAll(/^\| ([^|]+) \| (\[.*\)) +\| (\d+) +\| (\d+) +\|$/gmu)].map(
  ([, task = "", files = "", lines, most]) => ({
    task: task.trim(),
    files: [...files.matchAll(/\((examples\/[^)]+)\)/gu)].map(([, file = ""]) => file),
    lines: Number(lines),
    most: Number(most),
  }),
);

const linesOf = (code: string) =>
  code
    .replaceAll(/^import [\s\S]*?;\n/gmu, "")
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^\s*(?:\/\/|\/?\*)/u.test(line)).length;

test("the page shows each example as it is, with its lines, which are no more than promised", async () => {
  expect(rows.map(({ most }) => most)).toEqual([5, 10, 20, 40, 60]);
  for (const { task, files, lines, most } of rows) {
    const code = await Promise.all(files.map((file) => readFile(join(docs, file), "utf8")));
    for (const text of code) expect.soft(page, task).toContain(`\`\`\`ts\n${text}\`\`\``);
    const counted = code.reduce((sum, text) => sum + linesOf(text), 0);
    expect.soft(counted, task).toBe(lines);
    expect.soft(lines, task).toBeLessThanOrEqual(most);
  }
});

let folder = "";
let own = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-extending-"));
  own = await mkdtemp(join(root, "own-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
  await rm(own, { recursive: true });
});

const tiny = [
  ...["--data", "data/own-system", "--backend", "wasm", "network.features=[4]"],
  ...["training.iterations=2", "training.batchSize=2", "training.validationPairs=2"],
];
const train = (module: string, ...words: readonly string[]) =>
  runApp("trainer", folder, [module, ...words, ...tiny]);
const velocity = ["velocity", "--name", "a", "models.velocity.sampler.steps=2"];
const script = async (name: string, run: string) => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    example(name),
    join(folder, run),
  ]);
  return stdout;
};

test("every example does what the page says", { tags: ["slow"] }, async () => {
  await runApp("simulator", folder, [example("own-system")]);
  await Promise.all([
    train(example("own-loss"), ...velocity),
    train(example("own-network"), ...velocity),
  ]);
  const teacher = "runs/own-loss/velocity/a";
  const [adaptive, served, mine, flow] = await Promise.all([
    script("adaptive-sampling", teacher),
    script("serve-own-network", "runs/own-network/velocity/a"),
    train(example("own-method"), "one_step", "--name", "b", "--teacher", teacher),
    train(
      ...([example("own-network"), "flow", "--name", "f"] as const),
      ...["--teacher", "runs/own-network/velocity/a"],
    ),
  ]);
  const [, evaluations = ""] = /^\[ 1, 16, 16, 1 \] (\d+)$/mu.exec(adaptive) ?? [];
  expect(Number(evaluations)).toBeGreaterThanOrEqual(8);
  // Two to begin, six for each attempt.
  expect((Number(evaluations) - 2) % 6).toBe(0);
  expect(served).toMatch(/^\[ 1, 16, 16, 1 \] 4$/mu);
  expect(mine).toContain("one_step for own-method");
  expect(flow).toContain("plain [4]");
  const said = await runApp("evaluator", folder, [
    ...[example("own-method"), "--models", `teacher=${teacher},mine=runs/own-method/one_step/b`],
    ...["--data", "data/own-system", "--backend", "cpu", "--out", "report", "--as-listed"],
    ...["--samples", "2", "--rollouts", "1", "--rollout-len", "2", "--members", "2"],
  ]);
  expect(said).toMatch(/^mine +1 /mu);
  const stored = join(folder, "runs/own-method/one_step/b/config.json");
  const { module } = JSON.parse(await readFile(stored, "utf8")).experiment;
  expect(join(stored, "..", module.path)).toBe(example("own-method"));
  expect(module.sha256).toMatch(/^[0-9a-f]{64}$/u);
});

test("a module that has changed is refused to go on with, and told where its model is run; one that nobody names is refused", {
  tags: ["slow"],
}, async () => {
  const module = join(own, "own-network.ts");
  await cp(example("own-network"), module);
  await train(module, "velocity", "--name", "c", "models.velocity.sampler.steps=2");
  await writeFile(module, `${await readFile(module, "utf8")}// another\n`);
  const run = "runs/own-network/velocity/c";
  const predict = ["predict", run, "--from", "data/own-system", "--split", "test", "--out", "p"];
  await Promise.all([
    expect(
      runApp("trainer", folder, [module, "velocity", "--resume", "--name", "c"]),
    ).rejects.toThrow(
      /own-network\.ts has changed since run c was begun with it; expected the module with the SHA-256 [0-9a-f]{8}…; put it back/u,
    ),
    expect(runApp("evaluator", folder, [...predict, "--backend", "cpu"])).rejects.toThrow(
      'made of "plain", a network of somebody\'s own that is not known here',
    ),
  ]);
  const said = await runApp("evaluator", folder, [
    ...[...predict, "--module", module, "--backend", "cpu"],
  ]);
  expect(said).toContain("own-network.ts has changed since it was trained with it");
});
