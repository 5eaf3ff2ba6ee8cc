import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dispose, memory } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import { openTrajectoryStore, type TrajectoryStore } from "./open-trajectory-store.ts";
import { numPairs, type PairBatch, readPairs, trainingBatches } from "./pairs.ts";

const [trajectories, frames] = [2, 4];
let dir = "";
let store: TrajectoryStore;

/** Every value of a frame says which trajectory, frame and channel it is from. */
const labelOf = (trajectory: number, frame: number, channel: number) =>
  100 * trajectory + 10 * frame + channel;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-pairs-"));
  const writer = await createTrajectoryStore(dir, {
    experiment: "labels",
    split: "train",
    channels: ["u", "v"],
    grid: { shape: [2, 3], extent: [1, 1], boundary: ["periodic", "periodic"] },
    frameInterval: 1,
    frames,
    trajectories,
    recipe: {},
    seed: 0,
    observation: { stride: 1 },
  });
  for (let t = 0; t < trajectories; t++) {
    await writer.write(
      t,
      Float32Array.from({ length: frames * 12 }, (_, i) => labelOf(t, Math.floor(i / 12), i % 2)),
    );
  }
  store = await openTrajectoryStore(dir);
});
afterAll(() => rm(dir, { recursive: true }));

/** The pairs of a batch as [trajectory, frame of previous]; fails where they are not consecutive. */
async function read({ previous, next }: PairBatch): Promise<string[]> {
  expect(previous.shape.slice(1)).toEqual([2, 3, 2]);
  const [before, after] = await Promise.all([previous.data(), next.data()]);
  dispose([previous, next]);
  return Array.from({ length: before.length / 12 }, (_, row) => {
    const label = before[row * 12] as number;
    for (let i = 0; i < 12; i++) {
      expect(before[row * 12 + i]).toBe(label + (i % 2));
      expect(after[row * 12 + i]).toBe(label + 10 + (i % 2));
    }
    return `${Math.floor(label / 100)}:${(label % 100) / 10}`;
  });
}

async function take(options: Parameters<typeof trainingBatches>[1], count: number) {
  const batches: string[][] = [];
  for await (const batch of trainingBatches(store, options)) {
    batches.push(await read(batch));
    if (batches.length === count) break;
  }
  return batches;
}

const everyPair = ["0:0", "0:1", "0:2", "1:0", "1:1", "1:2"];

test("pairs are counted trajectory by trajectory, the last one included", async () => {
  expect(numPairs(store)).toBe(6);
  expect(await read(await readPairs(store, [0, 1, 2, 3, 4, 5]))).toEqual(everyPair);
  await expect(readPairs(store, [6])).rejects.toThrow("there is no pair 6");
  await expect(readPairs(store, [])).rejects.toThrow("no pair is asked for");
});

test("every pair comes once in an epoch, also where batches straddle its end, in changing order", async () => {
  const rows = (await take({ batchSize: 4, seed: 5 }, 6)).flat();
  const epochs = [0, 1, 2, 3].map((epoch) => rows.slice(6 * epoch, 6 * epoch + 6));
  for (const epoch of epochs) expect([...epoch].sort()).toEqual(everyPair);
  expect(new Set(epochs.map(String)).size).toBeGreaterThan(1);
});

test("the batch of a step depends on seed and step only", async () => {
  const all = await take({ batchSize: 4, seed: 5 }, 6);
  expect(await take({ batchSize: 4, seed: 5, firstStep: 3 }, 3)).toEqual(all.slice(3));
  expect(await take({ batchSize: 4, seed: 6 }, 6)).not.toEqual(all);
});

test("normalised batches are (value − mean) / std per channel", async () => {
  const normalisation = { channels: ["u", "v"], mean: [100, 1], std: [10, 2] };
  const { previous, next } = await readPairs(store, [4], { normalisation });
  const values = [...(await previous.data()).slice(0, 2), ...(await next.data()).slice(0, 2)];
  dispose([previous, next]);
  for (const [i, expected] of [1, 55, 2, 60].entries()) expect(values[i]).toBeCloseTo(expected, 5);
});

test("leaving the loop leaves no tensor behind", async () => {
  const before = memory().numTensors;
  await take({ batchSize: 3, seed: 1 }, 2);
  expect(memory().numTensors).toBe(before);
});

test("an error while reading ahead is reported by the batch it belongs to", async () => {
  let reads = 0;
  const failing: TrajectoryStore = {
    ...store,
    readFrames: async (...args) => {
      if (++reads > 2) throw new Error("disk gone");
      return store.readFrames(...args);
    },
  };
  const batches = trainingBatches(failing, { batchSize: 2, seed: 1 });
  await read((await batches.next()).value);
  await expect(batches.next()).rejects.toThrow("disk gone");
});
