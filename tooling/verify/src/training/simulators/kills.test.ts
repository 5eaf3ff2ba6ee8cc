import { cp, mkdtemp, rename, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTrajectoryStore, type StoreDescription } from "@eddyflow/datasets";
import { key, normal } from "@eddyflow/random";
import { afterAll, beforeAll, expect, test } from "vitest";
import { phaseOf } from "./phase.ts";
import { readWholeStore, type WholeStore, wrongInFinished, wrongInStore } from "./read-stores.ts";
import { runKills } from "./run-kills.ts";

const description: StoreDescription = {
  experiment: "waves",
  split: "validation",
  channels: ["u"],
  grid: { shape: [4, 4], extent: [1, 1], boundary: ["periodic", "periodic"] },
  frameInterval: 0.5,
  frames: 3,
  trajectories: 2,
  recipe: {},
  seed: 7,
  observation: { pointStride: 1 },
};

let folder = "";
let whole: WholeStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-kills-test-"));
  await write("whole", [0, 1]);
  whole = await readWholeStore(join(folder, "whole"));
});
afterAll(() => rm(folder, { recursive: true }));

async function write(name: string, seeds: readonly number[]): Promise<string> {
  const dir = join(folder, name);
  const writer = await createTrajectoryStore(dir, description);
  for (const [i, seed] of seeds.entries()) await writer.write(i, normal(key(seed), 48));
  return dir;
}

test("a store that is not begun, one that is half made and one that is whole are as they should be", async () => {
  expect(await wrongInStore(join(folder, "absent"), whole)).toEqual([]);
  expect(await wrongInStore(await write("half", [0]), whole)).toEqual([]);
  expect(await wrongInFinished(await write("made", [0, 1]), whole)).toEqual([]);
});

test("another value, a chunk cut short and a trajectory without all its frames are found", async () => {
  const [other] = await wrongInStore(await write("other", [0, 2]), whole);
  expect(other).toMatch(/trajectory 000001 has other values/u);
  const [chunk] = await wrongInStore(await write("half-other", [2]), whole);
  expect(chunk).toMatch(/trajectory 000000 has other values/u);
  const cut = await write("cut", [0, 1]);
  await truncate(join(cut, "trajectories/000001/c.1.0.0.0"), 9);
  expect((await wrongInStore(cut, whole)).join()).toMatch(/cut does not read/u);
  const short = await write("short", [0, 1]);
  await rm(join(short, "trajectories/000001/c.2.0.0.0"));
  expect((await wrongInStore(short, whole)).join()).toMatch(/other values.*is whole, but/su);
});

test("a root cut short, a file left behind and one that is absent are found", async () => {
  const root = await write("root", [0]);
  await truncate(join(root, "zarr.json"), 20);
  expect((await wrongInStore(root, whole)).join()).toMatch(/refused for another reason/u);
  const left = await write("left", [0, 1]);
  await writeFile(join(left, ".partial-000001-x"), "");
  expect(await wrongInFinished(left, whole)).toEqual([
    expect.stringMatching(/\.partial-000001-x is left/u),
  ]);
  await cp(join(folder, "whole"), join(folder, "absent-file"), { recursive: true });
  await rename(join(folder, "absent-file/trajectories/zarr.json"), join(folder, "moved.json"));
  expect((await wrongInFinished(join(folder, "absent-file"), whole)).join()).toMatch(
    /zarr\.json is not there/u,
  );
});

test("what a run was at is seen from what it left", () => {
  const left = (files: readonly string[], made: number, isNormalised = false) => [
    { files, whole: made, wanted: 2, isNormalised },
  ];
  const root = ["zarr.json"];
  expect(phaseOf(left([], 0), left([], 0), false)).toBe("start-up");
  expect(phaseOf(left([], 0), left([".zarr.json-1"], 0), false)).toBe("beginning the stores");
  expect(phaseOf(left(root, 0), left(root, 0), false)).toBe("start-up");
  expect(phaseOf(left(root, 0), left(root, 1), true)).toBe("computing");
  const partial = [...root, ".partial-000001-x/zarr.json"];
  expect(phaseOf(left(root, 0), left(partial, 1), true)).toBe("writing a trajectory");
  expect(phaseOf(left(partial, 1), left(partial, 1), true)).toBe("computing");
  expect(phaseOf(left(root, 1), left(root, 2), true)).toBe("normalisation");
  expect(phaseOf(left(root, 1), left(root, 2, true), true)).toBe("conclusion");
});

test("a few kills end with the number asked for, finished stores and no difference", {
  tags: ["slow"],
}, async () => {
  const report = await runKills({
    kills: 2,
    seed: 1,
    folder: join(folder, "kills"),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  });
  expect(report.wrong).toEqual([]);
  expect(Object.values(report.killed).reduce((sum, count) => sum + count, 0)).toBe(2);
  expect(report.finished).toBeGreaterThan(0);
});
