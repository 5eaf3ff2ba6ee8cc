import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeNormalisation } from "@eddyflow/datasets";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { experiment, runTrainer, type StoreChanges, writeStore } from "./tiny.test.helpers.ts";

let folder: string;
const trainer = (...words: readonly string[]) => runTrainer(folder, ["./tiny.ts", ...words]);
const runFolder = (method: string, name: string) => join(folder, "runs", "tiny", method, name);
const checkpoint = (method: string, name: string, step: number) =>
  join(runFolder(method, name), "checkpoints", String(step));
const weights = (method: string, name: string) =>
  readFile(join(checkpoint(method, name, 6), "weights.safetensors"));
const logOf = (name: string) => join(runFolder("velocity", name), "metrics.jsonl");

/** A run as it was after three of its six steps, but for its log. */
async function stoppedCopy(method: string, from: string, name: string): Promise<void> {
  await cp(runFolder(method, from), runFolder(method, name), { recursive: true });
  await rm(checkpoint(method, name, 6), { recursive: true });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-binding-"));
  await writeFile(join(folder, "tiny.ts"), `export default ${JSON.stringify(experiment)};\n`);
  for (const split of ["train", "validation"] as const) {
    await writeStore(join(folder, "data", "tiny"), split);
  }
  await trainer("velocity", "--name", "a");
  await trainer("velocity_pd", "--name", "s", "--teacher", "runs/tiny/velocity/a");
}, 60_000);
afterAll(() => rm(folder, { recursive: true }));

describe("a resumed run", { tags: ["slow"] }, () => {
  const cases: readonly (readonly [string, StoreChanges, RegExp])[] = [
    ["another box", { extent: 24 }, /cell size 2\.5 × 2\.5 → 3 × 3/u],
    ["walls", { boundary: "wall" }, /boundary periodic × periodic → wall × wall/u],
    ["another interval", { frameInterval: 2 }, /interval 1 → 2/u],
    ["another channel", { channel: "v" }, /channels u → v/u],
    ["more trajectories", { trajectories: 3 }, /train trajectories 2 → 3/u],
    ["other units", { factor: 2 }, /deviation of u 1\.58\d* → 3\.16/u],
    ["other values", { factor: -1 }, /train values #\w{6} → #\w{6}/u],
  ];
  test.each(cases)("with %s is refused, and its log stays", async (what, changes, said) => {
    const name = what.replaceAll(" ", "-");
    for (const split of ["train", "validation"] as const) {
      await writeStore(join(folder, name), split, changes);
    }
    await stoppedCopy("velocity", "a", name);
    const before = await readFile(logOf(name));
    const resumed = trainer("velocity", "--resume", "--name", name, "--data", name);
    await expect(resumed).rejects.toThrow(said);
    await expect(resumed).rejects.toThrow(
      /^the data of run .* are not those that it was trained on: .*; give --data the folder where those lie, or begin another run with --new$/u,
    );
    expect(await readFile(logOf(name))).toEqual(before);
  });

  test("of a student with other units, whose own are its teacher's, is refused too", async () => {
    await stoppedCopy("velocity_pd", "s", "units");
    await expect(
      trainer("velocity_pd", "--resume", "--name", "units", "--data", "other-units"),
    ).rejects.toThrow(/deviation of u 1\.58\d* → 3\.16/u);
  });

  test("with a normalisation that was measured again is refused", async () => {
    await cp(join(folder, "data", "tiny"), join(folder, "measured"), { recursive: true });
    const store = join(folder, "measured", "train.zarr");
    await writeNormalisation(store, { channels: ["u"], mean: [0.25], std: [2] });
    await stoppedCopy("velocity", "a", "measured");
    await expect(
      trainer("velocity", "--resume", "--name", "measured", "--data", "measured"),
    ).rejects.toThrow(/mean of u \S+ → 0\.25, deviation of u 1\.58\d* → 2;/u);
  });

  test("with more trajectories to validate on is refused", async () => {
    await cp(join(folder, "data", "tiny"), join(folder, "longer"), { recursive: true });
    await rm(join(folder, "longer", "validation.zarr"), { recursive: true });
    await writeStore(join(folder, "longer"), "validation", { trajectories: 2 });
    await stoppedCopy("velocity", "a", "longer");
    await expect(
      trainer("velocity", "--resume", "--name", "longer", "--data", "longer"),
    ).rejects.toThrow(/validation trajectories 1 → 2;/u);
  });

  test("goes on with the same data in another place", async () => {
    await cp(join(folder, "data", "tiny"), join(folder, "elsewhere"), { recursive: true });
    await stoppedCopy("velocity", "a", "elsewhere");
    const words = ["velocity", "--resume", "--name", "elsewhere", "--data", "elsewhere"];
    expect(await trainer(...words)).toContain("done at step 6 of 6");
    expect(await weights("velocity", "elsewhere")).toEqual(await weights("velocity", "a"));
  });

  test("whose newest checkpoint is damaged names one that would do, and goes on from it", async () => {
    await cp(runFolder("velocity", "a"), runFolder("velocity", "damaged"), { recursive: true });
    await truncate(join(checkpoint("velocity", "damaged", 6), "state.safetensors"), 99);
    const words = ["velocity", "--resume", "--name", "damaged"];
    await expect(trainer(...words)).rejects.toThrow(
      /checkpoints\/6, cannot be used: .*99 bytes.*; the one of step 3 is whole: move the folder 6 out of .* and resume again$/u,
    );
    await rename(checkpoint("velocity", "damaged", 6), join(folder, "6"));
    expect(await trainer(...words)).toContain("3 done of 6");
  });

  test.each([
    ["gone", "checkpoints"],
    ["emptied", "checkpoints/3"],
  ])("whose checkpoints are %s does not begin again, and its log stays", async (name, gone) => {
    await stoppedCopy("velocity", "a", name);
    await rm(join(runFolder("velocity", name), gone), { recursive: true });
    const before = await readFile(logOf(name));
    await expect(trainer("velocity", "--resume", "--name", name)).rejects.toThrow(
      /has logged 6 steps and has no checkpoint; expected its checkpoints in .*; put them back, or begin another run with --new$/u,
    );
    expect(await readFile(logOf(name))).toEqual(before);
  });

  test.each([
    ["before its first checkpoint was due", "early", 1, null],
    ["before its first checkpoint was written", "due", 3, null],
    ["while its first checkpoint was written", "cut", 3, ".writing-3"],
    ["once more as it began", "twice", 3, ""],
  ])("that was killed %s begins again", async (_, name, rows, left) => {
    await stoppedCopy("velocity", "a", name);
    const checkpoints = join(runFolder("velocity", name), "checkpoints");
    await rm(checkpoints, { recursive: true });
    if (left !== null) await mkdir(join(checkpoints, left), { recursive: true });
    const lines = (await readFile(logOf(name), "utf8")).split("\n").slice(0, rows);
    await writeFile(logOf(name), `${lines.join("\n")}\n`);
    const out = await trainer("velocity", "--resume", "--name", name);
    expect(out).toContain("done at step 6 of 6");
  });
});

describe("a student", { tags: ["slow"] }, () => {
  test("is refused a teacher of another box, wall and interval than its data", async () => {
    for (const split of ["train", "validation"] as const) {
      const changes = { extent: 24, boundary: "wall", frameInterval: 2 } as const;
      await writeStore(join(folder, "foreign"), split, changes);
    }
    const words = ["velocity_pd", "--name", "no", "--data", "foreign"];
    const padding = 'network.padding=["periodic","periodic"]';
    await expect(trainer(...words, "--teacher", "runs/tiny/velocity/a", padding)).rejects.toThrow(
      /^the teacher .* was trained on states with cell size 2\.5 × 2\.5, boundary periodic × periodic and interval 1; expected cell size 3 × 3, boundary wall × wall and interval 2, as in the data;/u,
    );
  });

  test("goes on without its teacher's run, to the same weights", async () => {
    await stoppedCopy("velocity_pd", "s", "orphan");
    const teacher = runFolder("velocity", "a");
    await rename(teacher, join(folder, "a"));
    try {
      const out = await trainer("velocity_pd", "--resume", "--name", "orphan");
      expect(out).toMatch(/teacher +runs\/tiny\/velocity_pd\/orphan\/teacher, velocity run by/u);
      expect(out).toContain("teacher=runs/tiny/velocity_pd/orphan/teacher");
      expect(await weights("velocity_pd", "orphan")).toEqual(await weights("velocity_pd", "s"));
    } finally {
      await rename(join(folder, "a"), teacher);
    }
  });

  test("goes on with the teacher that it began with, though that trained on in the same place", async () => {
    await stoppedCopy("velocity_pd", "s", "loyal");
    const teacher = checkpoint("velocity", "a", 6);
    await rename(teacher, join(folder, "taught"));
    await cp(checkpoint("velocity", "a", 3), teacher, { recursive: true });
    try {
      await trainer("velocity_pd", "--resume", "--name", "loyal");
      expect(await weights("velocity_pd", "loyal")).toEqual(await weights("velocity_pd", "s"));
    } finally {
      await rm(teacher, { recursive: true });
      await rename(join(folder, "taught"), teacher);
    }
  });

  test("of an earlier version, without a copy, says where its teacher is missing, and keeps one", async () => {
    await stoppedCopy("velocity_pd", "s", "old");
    const copy = join(runFolder("velocity_pd", "old"), "teacher");
    await rm(copy, { recursive: true });
    const words = ["velocity_pd", "--resume", "--name", "old"];
    const teacher = checkpoint("velocity", "a", 6);
    await rename(teacher, join(folder, "taught"));
    await expect(trainer(...words)).rejects.toThrow(
      /^the teacher .* cannot be read .*; expected weights with SHA-256 \w{8}…; give --teacher where it lies now/u,
    );
    await trainer(...words, "--teacher", "taught");
    await rename(join(folder, "taught"), teacher);
    expect((await readdir(copy)).sort()).toEqual(["average.safetensors", "manifest.json"]);
  });

  test("of the first of several stages goes on without its teacher's run too", async () => {
    const teacher = runFolder("velocity", "a");
    const words = ["multistage", "--name", "m", "--teacher", "runs/tiny/velocity/a"];
    await trainer(...words, "--stages", "2", "--stage-iters", "6,1");
    await rm(checkpoint("velocity_pd", "m-stage1", 6), { recursive: true });
    await rm(runFolder("velocity_pd", "m-stage2"), { recursive: true });
    await rename(teacher, join(folder, "a"));
    try {
      const out = await trainer("multistage", "--resume", "--name", "m");
      expect(out).toContain("3 done of 6");
      expect(out).toMatch(/next .*teacher=runs\/tiny\/velocity_pd\/m-stage1\/teacher,/u);
    } finally {
      await rename(join(folder, "a"), teacher);
    }
  });
});
