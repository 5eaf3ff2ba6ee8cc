import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import type { StoreDescription } from "./description.ts";

const description: StoreDescription = {
  ...{ experiment: "waves", split: "validation", channels: ["u"], frameInterval: 0.5 },
  grid: { shape: [4], extent: [1], boundary: ["wall"] },
  ...{ frames: 2, trajectories: 2, recipe: {}, seed: 0, observation: [] },
};

test.each<[what: string, changed: Partial<StoreDescription>, says: string]>([
  ["no trajectory", { trajectories: 0 }, 'attribute "trajectories" is not usable'],
  ["no frame", { frames: 0 }, 'attribute "frames" is not usable'],
  ["frames that are no time apart", { frameInterval: Number.NaN }, 'attribute "frameInterval"'],
  ["a trajectory without frames", { lengths: [2, 0] }, 'attribute "lengths" is not usable'],
  ["a vector of another channel", { vectors: [{ channels: ["v"], axes: [0] }] }, 'channel "v"'],
])("a store of %s, which nobody could open, is not begun", async (_, changed, says) => {
  const dir = await mkdtemp(join(tmpdir(), "eddyflow-unfit-"));
  const error = await createTrajectoryStore(join(dir, "a.zarr"), {
    ...description,
    ...changed,
  }).catch((thrown: unknown) => thrown);
  expect(isEddyflowError(error, "ArgumentError"), String(error)).toBe(true);
  expect((error as Error).message).toContain(says);
  expect(await readdir(dir)).toEqual([]);
  await rm(dir, { recursive: true });
});
