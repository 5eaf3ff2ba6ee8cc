import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openTrajectoryStore } from "@eddyflow/datasets";
import { expect, test } from "vitest";
import { makeLargeStore } from "./make-large-store.ts";

const { signal } = new AbortController();

test("a store has the gigabytes asked for, is gone on with, and wants a disk that holds it", {
  tags: ["slow"],
}, async () => {
  const dir = join(await mkdtemp(join(tmpdir(), "eddyflow-large-")), "store.zarr");
  try {
    const made: number[] = [];
    const options = { signal, onProgress: (index: number) => made.push(index) };
    expect(await makeLargeStore(dir, { gigabytes: 0.06, ...options })).toBe(2);
    expect(await makeLargeStore(dir, { gigabytes: 0.09, ...options })).toBe(3);
    expect(made).toEqual([1, 2]);
    const store = await openTrajectoryStore(dir);
    const frame = await store.readFrames(2, 499, 1);
    const { length } = await readFile(join(dir, "trajectories/000002/c.499.0.0.0"));
    // Noise: what is read from the disk is nearly what is computed with.
    expect(length).toBeGreaterThan(0.9 * frame.byteLength);
    await expect(makeLargeStore(dir, { gigabytes: 1e6, ...options })).rejects.toThrow(
      /GB free.*--size-gb/su,
    );
  } finally {
    await rm(join(dir, ".."), { recursive: true });
  }
});
