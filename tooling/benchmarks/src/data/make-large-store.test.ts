import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTrajectoryStore } from "@eddyflow/datasets";
import { expect, test } from "vitest";
import { makeLargeStore } from "./make-large-store.ts";

const { signal } = new AbortController();

test("a store has the gigabytes asked for, is gone on with, and wants a disk that holds it", {
  timeout: 30_000,
}, async () => {
  const dir = join(await mkdtemp(join(tmpdir(), "eddyflow-large-")), "store.zarr");
  try {
    const made: number[] = [];
    const options = { frames: 20, signal, onProgress: (index: number) => made.push(index) };
    expect(await makeLargeStore(dir, { gigabytes: 0.0024, ...options })).toBe(2);
    expect(await makeLargeStore(dir, { gigabytes: 0.0114, ...options })).toBe(9);
    expect(made).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    const store = await openTrajectoryStore(dir);
    const frame = await store.readFrames(8, 19, 1);
    // The ninth is a copy of the first.
    expect(frame).toEqual(await store.readFrames(0, 19, 1));
    const { length } = await readFile(join(dir, "trajectories/000008/c.19.0.0.0"));
    // Noise: what is read from the disk is nearly what is computed with.
    expect(length).toBeGreaterThan(0.9 * frame.byteLength);
    await expect(makeLargeStore(dir, { gigabytes: 1e6, ...options })).rejects.toThrow(
      /GB free.*--size-gb/su,
    );
  } finally {
    await rm(join(dir, ".."), { recursive: true });
  }
});
