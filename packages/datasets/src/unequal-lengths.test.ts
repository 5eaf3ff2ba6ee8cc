import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import type { StoreDescription } from "./description.ts";
import { frameAt, framesInWords } from "./frames-of.ts";
import { measureNormalisation } from "./measure-normalisation.ts";
import { openTrajectoryStore } from "./open-trajectory-store.ts";
import { numPairs, readPairs, trainingBatches } from "./pairs.ts";
import { sealedBytes } from "./seal.ts";
import { withTimestamp } from "./timestamp.ts";

const lengths = [2, 5, 3];
const description: StoreDescription = {
  experiment: "uneven",
  split: "train",
  channels: ["u"],
  grid: { shape: [2], extent: [1], boundary: ["periodic"] },
  frameInterval: 0.5,
  frames: 5,
  lengths,
  trajectories: 3,
  recipe: {},
  seed: 0,
  observation: [],
};

/** u = 10 · trajectory + frame at both points. */
const frames = (trajectory: number) =>
  Float32Array.from(
    { length: 2 * (lengths[trajectory] as number) },
    (_, i) => 10 * trajectory + Math.floor(i / 2),
  );

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-uneven-"));
  const writer = await createTrajectoryStore(dir, description);
  for (const index of lengths.keys()) await writer.write(index, frames(index));
});
afterAll(() => rm(dir, { recursive: true }));

test("trajectories of 2, 5 and 3 frames are stored as they are", async () => {
  const store = await openTrajectoryStore(dir);
  expect(store.description.lengths).toEqual(lengths);
  for (const [index, length] of lengths.entries()) {
    expect(await store.readFrames(index, 0, length)).toEqual(frames(index));
    await expect(store.readFrames(index, length - 1, 2)).rejects.toThrow(
      `expected frames 0 … ${length - 1}`,
    );
  }
  expect(framesInWords(store.description)).toBe("2 to 5");
  expect([0, 1, 2, 6, 7, 9].map((number) => frameAt(store.description, number))).toEqual([
    { trajectory: 0, frame: 0 },
    { trajectory: 0, frame: 1 },
    { trajectory: 1, frame: 0 },
    { trajectory: 1, frame: 4 },
    { trajectory: 2, frame: 0 },
    { trajectory: 2, frame: 2 },
  ]);
});

test("every pair lies in one trajectory, and each of them comes once an epoch", async () => {
  const store = await openTrajectoryStore(dir);
  expect(numPairs(store)).toBe(1 + 4 + 2);
  expect(numPairs(store, { history: 2 })).toBe(0 + 3 + 1);
  expect(numPairs(store, { frameStride: 2 })).toBe(0 + 3 + 1);
  const pairs = await readPairs(store, [0, 1, 4, 5, 6]);
  const first = async (x: { array(): Promise<unknown> }) =>
    ((await x.array()) as number[][][]).map((row) => row[0]?.[0]);
  expect(await first(pairs.previous)).toEqual([0, 10, 13, 20, 21]);
  expect(await first(pairs.next)).toEqual([1, 11, 14, 21, 22]);
  for (const workers of [0, 1]) {
    const seen: (number | undefined)[] = [];
    for await (const { previous, next } of trainingBatches(store, {
      batchSize: 7,
      seed: 3,
      workers,
    })) {
      const before = await first(previous);
      const after = await first(next);
      expect(after).toEqual(before.map((value) => (value ?? 0) + 1));
      seen.push(...before);
      previous.dispose();
      next.dispose();
      break;
    }
    expect(seen.toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual([0, 10, 11, 12, 13, 20, 21]);
  }
  for (const tensor of [pairs.previous, pairs.next]) tensor.dispose();
});

test("mean and deviation are those of all frames, of the time too", async () => {
  const store = await openTrajectoryStore(dir);
  const values = [0, 1, 10, 11, 12, 13, 14, 20, 21, 22];
  const mean = values.reduce((sum, value) => sum + value, 0) / 10;
  const measured = await measureNormalisation(store);
  expect(measured.mean[0]).toBeCloseTo(mean, 10);
  const timed = withTimestamp({ ...store, normalisation: measured });
  const own = await measureNormalisation(withTimestamp(store));
  expect(timed.normalisation?.mean[1]).toBeCloseTo(own.mean[1] as number, 10);
  expect(timed.normalisation?.std[1]).toBeCloseTo(own.std[1] as number, 10);
});

test("a trajectory of another length than its own is refused, and so are lengths that do not fit", async () => {
  const other = await mkdtemp(join(tmpdir(), "eddyflow-uneven-"));
  const writer = await createTrajectoryStore(other, description);
  await expect(writer.write(0, frames(1))).rejects.toThrow("frame");
  await expect(createTrajectoryStore(other, { ...description, frames: 4 })).rejects.toThrow(
    "the longest of the lengths is 5, not 4",
  );
  await expect(createTrajectoryStore(other, { ...description, lengths: [5] })).rejects.toThrow(
    "there are 1 lengths",
  );
  const path = join(other, "zarr.json");
  const root = JSON.parse(await readFile(path, "utf8"));
  root.attributes.lengths = [2, 6, 3];
  delete root.attributes.sha256;
  await writeFile(path, sealedBytes(new TextEncoder().encode(JSON.stringify(root))));
  const error = await openTrajectoryStore(other).catch((thrown: unknown) => thrown);
  expect(isEddyflowError(error, "DataError")).toBe(true);
  expect((error as Error).message).toContain("the longest of the lengths is 6, not 5");
  await rm(other, { recursive: true });
});
