import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { measureNormalisation, openTrajectoryStore } from "@eddyflow/datasets";
import { type Experiment, ks2d } from "@eddyflow/experiments";
import { openData } from "@eddyflow/formats";
import { kuramotoSivashinsky2d, type Split, systems } from "@eddyflow/systems";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { prepareSimulation, trajectoryKey } from "./simulate.ts";

// Each test starts processes, which are slow to start on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const tiny = {
  ...ks2d,
  name: "tiny",
  seed: 3,
  data: kuramotoSivashinsky2d.recipe.parse({
    system: "kuramoto-sivashinsky-2d",
    extent: 30,
    numPoints: 32,
    warmUp: 2,
    frames: 4,
    trajectories: { train: 3, validation: 1, test: 2 },
    observation: { pointStride: 2 },
  }),
} satisfies Experiment;

/** Long enough to be ended in the middle. */
const long = {
  ...tiny,
  name: "long",
  data: { ...tiny.data, warmUp: 60, trajectories: { train: 6, validation: 1, test: 1 } },
} satisfies Experiment;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-simulator-"));
  for (const experiment of [tiny, long]) {
    await writeFile(
      join(folder, `${experiment.name}.ts`),
      `import type { Experiment } from "@eddyflow/experiments";
       export default ${JSON.stringify(experiment)} satisfies Experiment;`,
    );
  }
});
afterAll(() => rm(folder, { recursive: true }));

function start(...args: string[]) {
  const cli = join(import.meta.dirname, "cli.ts");
  const child = spawn(process.execPath, [cli, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, INIT_CWD: folder },
  });
  const ended = once(child, "close").then(([code]) => code as number | null);
  const result = Promise.all([ended, text(child.stdout), text(child.stderr)]).then(
    ([code, stdout, stderr]) => ({ code, stdout, stderr }),
  );
  return { child, result };
}

const run = (...args: string[]) => start(...args).result;

async function readAll(path: string): Promise<Float32Array[]> {
  const store = await openTrajectoryStore(join(folder, path));
  const { frames } = store.description;
  return Promise.all(
    Array.from({ length: store.trajectories }, (_, index) => store.readFrames(index, 0, frames)),
  );
}

const alone = (experiment: typeof tiny, split: Split): (Float32Array | null)[] => {
  const simulate = prepareSimulation(experiment.data);
  return Array.from({ length: experiment.data.trajectories[split] }, (_, index) =>
    simulate(trajectoryKey(experiment.seed, split, index), { index }),
  );
};

async function finishedTrajectories(path: string): Promise<number> {
  try {
    return (await readdir(join(folder, path, "trajectories"))).filter((name) => /^\d/u.test(name))
      .length;
  } catch {
    return 0;
  }
}

/** Begins the long experiment and waits until some of its trajectories are there. */
async function begun(out: string) {
  const started = start("./long.ts", "--split", "train", "--out", out);
  while ((await finishedTrajectories(`${out}/train.zarr`)) < 1) await sleep(5);
  return started;
}

test("all splits are written, with the values that one thread alone computes", async () => {
  const { code, stdout, stderr } = await run("./tiny.ts", "--out", "all");
  expect(code, stderr).toBe(0);
  expect(stdout).not.toMatch(/^note: /mu);
  expect(stdout).toContain("all/train.zarr: 3 trajectories of 4 frames, 16 × 16, 0.5 apart");
  expect(stderr).toContain("24/24 frames (100 %)");
  for (const split of ["train", "validation", "test"] as const) {
    expect(await readAll(`all/${split}.zarr`)).toEqual(alone(tiny, split));
  }
  const distinct = new Set([...alone(tiny, "train"), ...alone(tiny, "test")].map(String));
  expect(distinct.size).toBe(5);
});

test("a grid that damps too little is told before the simulation", async () => {
  const one = ["--split", "test", "--trajectories", "1", "data.extent=40"];
  const { code, stdout, stderr } = await run("./tiny.ts", ...one, "--out", "coarse");
  expect(code, stderr).toBe(0);
  expect(stdout).toMatch(/^note: 32 points are few for a box of length 40: .*; take 40 or more\n/u);
});

test("the training split carries its normalisation, and what it was made from", async () => {
  const store = await openTrajectoryStore(join(folder, "all/train.zarr"));
  expect(store.normalisation).toEqual(await measureNormalisation(store));
  const { trajectories, frameStride, timestamp, history, parameters, augmentation, ...recipe } =
    tiny.data;
  expect(store.description).toMatchObject({
    experiment: "tiny",
    split: "train",
    channels: ["u"],
    grid: { shape: [16, 16], extent: [30, 30], boundary: ["periodic", "periodic"] },
    frameInterval: 0.5,
    seed: 3,
  });
  expect(store.description.recipe).toEqual(recipe);
});

test("--format well adds The Well's files, keeps the stores, and does nothing twice", async () => {
  const args = ["./tiny.ts", "--out", "all", "--format", "well"];
  const { code, stdout, stderr } = await run(...args);
  expect(code, stderr).toBe(0);
  expect(stdout).toContain("all/data/valid/tiny.hdf5: 1 trajectories");
  expect((await readdir(join(folder, "all"))).sort()).toEqual(
    ["data", "stats.yaml", "test.zarr", "train.zarr", "validation.zarr"].sort(),
  );
  for (const split of ["train", "validation", "test"] as const) {
    const wellName = split === "validation" ? "valid" : split;
    const store = await openData(join(folder, "all/data", wellName));
    const all = Array.from({ length: store.trajectories }, (_, i) => store.readFrames(i, 0, 4));
    expect(await Promise.all(all)).toEqual(alone(tiny, split));
  }
  const path = join(folder, "all/data/train/tiny.hdf5");
  const { mtimeMs } = await stat(path);
  expect((await run(...args)).stderr).toContain("there already");
  expect((await stat(path)).mtimeMs).toBe(mtimeMs);
});

test("flags and overrides change one split", async () => {
  const { code, stderr } = await run(
    ...["./tiny.ts", "--split", "test", "--trajectories", "1", "--seed", "4", "--out", "one"],
    ...["data.frames=2", "data.observation.pointStride=1"],
  );
  expect(code, stderr).toBe(0);
  expect(await readdir(join(folder, "one"))).toEqual(["test.zarr"]);
  const { description } = await openTrajectoryStore(join(folder, "one/test.zarr"));
  expect(description).toMatchObject({
    trajectories: 1,
    frames: 2,
    seed: 4,
    grid: { shape: [32, 32] },
  });
});

test("parts made apart are the whole", async () => {
  const args = ["./tiny.ts", "--split", "train", "--out", "parts", "--shard"];
  const first = await run(...args, "2/2");
  expect(first.stdout).toContain("parts/train.zarr: other parts are still missing");
  expect((await run(...args, "1/2")).stdout).toContain("parts/train.zarr: 3 trajectories");
  expect(await readAll("parts/train.zarr")).toEqual(alone(tiny, "train"));
});

test("the tasks of a Slurm array make the whole without --shard, which wins where it is given", async () => {
  const range = { MIN: "0", MAX: "1", STEP: "1", COUNT: "2" };
  const task = (id: string, ...more: string[]) => {
    for (const [name, value] of Object.entries({ ...range, ID: id })) {
      vi.stubEnv(`SLURM_ARRAY_TASK_${name}`, value);
    }
    return run("./tiny.ts", "--split", "train", "--out", "array", ...more);
  };
  const first = await task("1");
  expect(first.stdout).toContain("part 2 of 2: task 1 of a Slurm array of 2\n");
  expect(await finishedTrajectories("array/train.zarr")).toBe(1);
  expect((await task("1", "--shard", "1/1")).stdout).toMatch(/^1 of 3 trajectories are there/u);
  expect(await readAll("array/train.zarr")).toEqual(alone(tiny, "train"));
  vi.unstubAllEnvs();
});

test("killed in the middle, the same command goes on and the values are those of one run", async () => {
  const { child, result } = await begun("killed");
  child.kill("SIGKILL");
  await result;
  const there = await finishedTrajectories("killed/train.zarr");
  expect(there).toBeLessThan(6);
  const second = await run("./long.ts", "--split", "train", "--out", "killed");
  expect(second.code, second.stderr).toBe(0);
  expect(second.stdout).toContain(`${there} of 6 trajectories are there, going on`);
  expect(await readAll("killed/train.zarr")).toEqual(alone(long, "train"));
  expect((await readdir(join(folder, "killed/train.zarr"))).sort()).toEqual([
    "trajectories",
    "zarr.json",
  ]);
});

test("Ctrl-C stops cleanly and says how to go on", async () => {
  const { child, result } = await begun("stopped");
  child.kill("SIGINT");
  const { code, stdout } = await result;
  expect(code).toBe(130);
  const there = await finishedTrajectories("stopped/train.zarr");
  expect(there).toBeLessThan(6);
  expect(stdout).toContain(
    `stopped, ${there}/6 trajectories are in stopped; the same command goes on`,
  );
  expect(await readdir(join(folder, "stopped/train.zarr"))).not.toContain(".partial");
  await expect(openTrajectoryStore(join(folder, "stopped/train.zarr"))).rejects.toThrow(
    "is missing",
  );
});

test("a folder with another recipe is refused and nothing in it changes", async () => {
  const path = join(folder, "all/test.zarr/zarr.json");
  const before = await readFile(path, "utf8");
  const { code, stderr } = await run("./tiny.ts", "--out", "all", "data.dt=0.05");
  expect(code).toBe(2);
  expect(stderr).toMatch(/^simulator: .*train\.zarr.* \(recipe\.dt is 0\.1, not 0\.05.*\n$/u);
  expect(await readFile(path, "utf8")).toBe(before);
});

test("a store cut short is refused by name", async () => {
  await cp(join(folder, "all"), join(folder, "cut"), { recursive: true });
  const file = "cut/test.zarr/trajectories/000001/c.2.0.0.0";
  await truncate(join(folder, file), 20);
  const { code, stderr } = await run("./tiny.ts", "--split", "test", "--out", "cut");
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^simulator: .*000001\/c\.2\.0\.0\.0 \(frame 2\) has 20 of \d+ bytes.*\n$/u,
  );
});

test.each([
  [["./tiny.ts", "--trajectorys", "3"], 'did you mean "--trajectories"?'],
  [["./tiny.ts", "data.numPonts=8"], 'did you mean "data.numPoints"?'],
  [
    ["ks3d"],
    'unknown experiment "ks3d"; expected ks2d, kolmogorov2d, ns2d, rti3d_full, rti3d_sliced, the path',
  ],
  [["./tiny.ts", "--shard", "3/2"], '--shard cannot be "3/2"'],
  [["./tiny.ts", "data.numPoints=10"], "10 points are too coarse"],
])("%j is one line, exit code 2, and nothing written", async (args, part) => {
  const { code, stdout, stderr } = await run(...args, "--out", "refused");
  expect(code).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.split("\n")).toHaveLength(2);
  expect(stderr).toContain(part);
  expect(await readdir(folder)).not.toContain("refused");
});

test("a solution that blows up in a worker is one line", async () => {
  const { code, stderr } = await run(
    ...["./tiny.ts", "--split", "test", "--out", "blown", "data.extent=100"],
    ...["data.numPoints=64", "data.dt=1", "data.frameInterval=1", "data.warmUp=50"],
  );
  expect(code).toBe(2);
  expect(stderr.split("\n").at(-2)).toMatch(/^simulator: .*no longer finite/u);
});

test("--systems lists every system with its keys and their defaults", async () => {
  const { code, stdout } = await run("--systems");
  expect(code).toBe(0);
  for (const { name, about } of systems) expect(stdout).toContain(`${name}: ${about}\n`);
  expect(stdout).toContain("data.averagedTo=64\n      recorded cells along each axis");
});

test("--help says what there is and does nothing", async () => {
  const { code, stdout } = await run("--help", "--out", "helped");
  expect(code).toBe(0);
  expect(stdout).toContain("Usage: npm run simulator -- <experiment>");
  expect(stdout).toContain("--shard i/n");
});
