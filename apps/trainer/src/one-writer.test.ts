import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { experiment, spawnTrainer, writeStore } from "./tiny.test.helpers.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-writer-"));
  await writeFile(join(folder, "tiny.ts"), `export default ${JSON.stringify(experiment)};\n`);
  for (const split of ["train", "validation"] as const) {
    await writeStore(join(folder, "data", "tiny"), split);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const runs = () => join(folder, "runs", "tiny", "velocity");
const stepsOf = async (name: string) =>
  (await readdir(join(runs(), name, "checkpoints"))).map(Number).sort((a, b) => a - b);

/** Trains far longer than the test waits, and calls `act` at the first validation. */
function training(
  words: readonly string[],
  act: (end: (signal?: NodeJS.Signals) => void) => void,
): ReturnType<typeof spawnTrainer> {
  let begun = false;
  const all = ["./tiny.ts", "velocity", ...words, "--max-iters", "100000"];
  return spawnTrainer(folder, all, (text, end) => {
    if (begun || !/step \d+: validationLoss/u.test(text)) return;
    begun = true;
    act(end);
  });
}

/** Starts processes that each make the same run at once, and gives what they say. */
function starts(count: number): Promise<readonly string[]> {
  const checkpointing = import.meta.resolve("@eddyflow/checkpointing/node");
  const script = `
    import { createRunDirectory } from ${JSON.stringify(checkpointing)};
    const run = { experiment: "tiny", method: "velocity", name: "same", config: {} };
    await createRunDirectory(${JSON.stringify(join(folder, "runs"))}, run).then(
      () => process.stdout.write("begun"),
      ({ message }) => process.stdout.write(message),
    );
    process.stdin.resume();`;
  const children = Array.from({ length: count }, () =>
    spawn(process.execPath, ["--input-type=module", "--eval", script]),
  );
  const said = children.map(
    (child) =>
      new Promise<string>((resolve) => child.stdout.once("data", (text) => resolve(String(text)))),
  );
  return Promise.all(said).finally(() => {
    for (const child of children) child.kill("SIGKILL");
  });
}

test("of four starts with the same name one begins the run, and the others are refused", async () => {
  const said = await starts(4);
  expect(said.filter((text) => text === "begun")).toHaveLength(1);
  const refused = said.filter((text) => text !== "begun");
  for (const text of refused) expect(text).toMatch(/is being written by (process \d+|another)/u);
  expect(await readdir(join(runs(), "same"))).toContain("config.json");
});

test("a second trainer is refused a run that one trains, and gets it once that one was killed", {
  tags: ["slow"],
}, async () => {
  let second: ReturnType<typeof spawnTrainer> | undefined;
  const first = await training(["--name", "taken"], (end) => {
    const words = ["./tiny.ts", "velocity", "--resume", "--name", "taken"];
    second = spawnTrainer(folder, words).finally(() => end("SIGKILL"));
  });
  expect(first.code).toBeNull();
  const { code, err } = (await second) as Awaited<typeof second> & object;
  expect(code).toBe(2);
  expect(err).toMatch(
    /^trainer: the run \S+taken is being written by process \d+ on \S+ since \S+; expected one training at a time; wait for its end or stop it, or begin another run with --new\n$/u,
  );
  const newest = (await stepsOf("taken")).at(-1);
  const third = await training(["--resume", "--name", "taken"], (end) => end("SIGINT"));
  expect(third.code).toBe(130);
  expect(third.out).toContain(`${newest} done of 100000`);
});

/** The run may be writing into it. */
const removal = { recursive: true, force: true, maxRetries: 10 } as const;

const moved = "go on with --resume --name elsewhere";
const removed = "go on with --resume --name removed";
const endings: readonly (readonly [string, string, () => Promise<void>, string])[] = [
  ["moved", "elsewhere", () => rename(join(runs(), "moved"), join(runs(), "elsewhere")), moved],
  ["removed", "removed", () => rm(join(runs(), "removed"), removal), removed],
];
test.runIf(process.platform === "linux").each(endings)(
  "a run whose folder was %s while it is trained ends with code 2, its work saved",
  { tags: ["slow"] },
  async (name, place, act, remedy) => {
    const { code, err } = await training(["--name", name], () => void act());
    expect(code).toBe(2);
    expect(err).toMatch(
      /^trainer: the run \S+ was \w+ .*while it was trained; expected a folder/mu,
    );
    expect(err).toContain(remedy);
    const [, step] = /the checkpoint of step (\d+) is saved/u.exec(err) ?? [];
    expect(Number(step)).toBeGreaterThanOrEqual(3);
    expect(await stepsOf(place)).toContain(Number(step));
    const config = await readFile(join(runs(), place, "config.json"), "utf8");
    expect(JSON.parse(config).method).toBe("velocity");
  },
);
