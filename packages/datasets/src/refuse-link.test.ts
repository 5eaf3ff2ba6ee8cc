import { mkdir, mkdtemp, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import type { StoreDescription } from "./description.ts";

const description: StoreDescription = {
  experiment: "waves",
  split: "train",
  channels: ["u"],
  grid: { shape: [2, 2], extent: [1, 1], boundary: ["periodic", "periodic"] },
  frameInterval: 1,
  frames: 1,
  trajectories: 1,
  recipe: {},
  seed: 0,
  observation: { pointStride: 1 },
};

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-links-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A store that is whole, so that what writers left of it is removed, and a folder outside with such names. */
async function storeAndOutside(): Promise<{ readonly dir: string; readonly outside: string }> {
  const [dir, outside] = [join(folder, "train.zarr"), join(folder, "outside")];
  const writer = await createTrajectoryStore(dir, description);
  await writer.write(0, new Float32Array(4));
  await mkdir(join(outside, "000000"), { recursive: true });
  for (const name of ["mine", ".zarr.json-1", ".partial-000000-1"]) {
    await writeFile(join(outside, name), "mine");
  }
  return { dir, outside };
}

test("a store with a link in place of its trajectories is not written, and nothing behind it changes", async () => {
  const { dir, outside } = await storeAndOutside();
  await rename(join(dir, "trajectories"), join(folder, "moved"));
  await symlink(outside, join(dir, "trajectories"));
  const before = await readdir(outside);
  for (const trajectories of [1, 3]) {
    await expect(createTrajectoryStore(dir, { ...description, trajectories })).rejects.toThrow(
      /trajectories is a link; expected a folder: nothing is written through links/u,
    );
  }
  expect(await readdir(outside)).toEqual(before);
});

test("a link in place of a store is not written through", async () => {
  const { dir, outside } = await storeAndOutside();
  const link = join(folder, "test.zarr");
  for (const target of [outside, dir, join(folder, "nothing")]) {
    await symlink(target, link);
    await expect(createTrajectoryStore(link, description)).rejects.toThrow("test.zarr is a link");
    await rm(link);
  }
  expect(await readdir(folder)).toEqual(["outside", "train.zarr"]);
});

test("a link among what writers left is removed, and what it points to stays", async () => {
  const { dir, outside } = await storeAndOutside();
  await symlink(outside, join(dir, ".partial-000000-2"));
  const before = await readdir(outside);
  await createTrajectoryStore(dir, description);
  expect(await readdir(dir)).toEqual(["trajectories", "zarr.json"]);
  expect(await readdir(outside)).toEqual(before);
});
