import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { dispose, memory } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import { measureParameters } from "./measure-parameters.ts";
import { openTrajectoryStore } from "./open-trajectory-store.ts";
import { numPairs, type PairBatch, readPairs, trainingBatches } from "./pairs.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";

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
    parameters: { Re: [100, 300], Atwood: [0.25, 0.25] },
    recipe: {},
    seed: 0,
    observation: { pointStride: 1 },
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

test("the rows of several processes are, in turn, those of one", async () => {
  const options = { batchSize: 5, seed: 3 };
  const whole = await take(options, 3);
  for (const from of [0, 1]) {
    const own = await take({ ...options, rows: { from, every: 2, of: 5 } }, 3);
    expect(own).toEqual(whole.map((batch) => batch.filter((_, row) => row % 2 === from)));
  }
});

test("normalised batches are (value − mean) / std per channel", async () => {
  const normalisation = { channels: ["u", "v"], mean: [100, 1], std: [10, 2] };
  const { previous, next } = await readPairs(store, [4], { normalisation });
  const values = [...(await previous.data()).slice(0, 2), ...(await next.data()).slice(0, 2)];
  dispose([previous, next]);
  for (const [i, expected] of [1, 55, 2, 60].entries()) expect(values[i]).toBeCloseTo(expected, 5);
});

test("parameters stand behind the history, the same at all points, as (value − mean) / std", async () => {
  const parameters = measureParameters(store.description, ["Atwood", "Re"]);
  expect(parameters).toEqual({ channels: ["Atwood", "Re"], mean: [0.25, 200], std: [1, 100] });
  const { previous, next } = await readPairs(store, [1, 2], { history: 2, parameters });
  expect(previous.shape).toEqual([2, 2, 3, 6]);
  expect(next.shape).toEqual([2, 2, 3, 2]);
  const values = Array.from(await previous.data());
  dispose([previous, next]);
  for (const [row, states] of [
    [0, [10, 11, 20, 21]],
    [1, [100, 101, 110, 111]],
  ] as const) {
    for (let point = 0; point < 6; point++) {
      const at = (row * 6 + point) * 6;
      expect(values.slice(at, at + 6)).toEqual([...states, 0, row === 0 ? -1 : 1]);
    }
  }
});

test("a mean that float32 cannot hold costs a parameter and a channel no accuracy", async () => {
  const parameters = { channels: ["Re"], mean: [99.9999999], std: [1e-7] };
  const normalisation = { channels: ["u", "v"], mean: [9.9999999, 10.9999998], std: [1e-7, 1e-7] };
  const { previous, next } = await readPairs(store, [1], { normalisation, parameters });
  const values = Array.from((await previous.data()).slice(0, 3));
  dispose([previous, next]);
  for (const [i, expected] of [1, 2, 1].entries()) expect(values[i]).toBeCloseTo(expected, 5);
});

test("a parameter that the store does not have is refused with those that it has", async () => {
  const parameters = { channels: ["Mach"], mean: [0], std: [1] };
  const message = 'the data have no parameter "Mach"; expected Re, Atwood';
  expect(() => measureParameters(store.description, ["Re", "Mach"])).toThrow(message);
  await expect(readPairs(store, [0], { parameters })).rejects.toThrow(message);
  const batches = trainingBatches(store, { batchSize: 1, seed: 0, parameters });
  await expect(batches.next()).rejects.toThrow(message);
  const { parameters: _, ...without } = store.description;
  expect(() => measureParameters(without, ["Re"])).toThrow("these data have no parameters");
});

test("leaving the loop leaves no tensor behind", async () => {
  const before = memory().numTensors;
  await take({ batchSize: 3, seed: 1 }, 2);
  expect(memory().numTensors).toBe(before);
});

test("an error while reading ahead is reported by the batch it belongs to", async () => {
  let reads = 0; // of frames: four for a batch of two pairs
  const failing: TrajectoryStore = {
    ...store,
    readFrames: async (...args) => {
      if (++reads > 4) throw new Error("disk gone");
      return store.readFrames(...args);
    },
  };
  const batches = trainingBatches(failing, { batchSize: 2, seed: 1 });
  await read((await batches.next()).value);
  await expect(batches.next()).rejects.toThrow("disk gone");
});

const fails = async (work: Promise<unknown>, part: string) => {
  const error = await work.then(
    () => "no error",
    (reason: unknown) => reason,
  );
  expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
  expect((error as Error).message).toContain(part);
};

test("a history is stacked as channels, oldest first, at every stride and offset", async () => {
  const which = { history: 2, frameStride: 1 };
  expect(numPairs(store, which)).toBe(4);
  expect(numPairs(store, { frameStride: 3 })).toBe(2);
  expect(numPairs(store, { frameStride: 2 })).toBe(4);
  const { previous, next } = await readPairs(store, [0, 1, 3], which);
  expect(previous.shape).toEqual([3, 2, 3, 4]);
  expect(next.shape).toEqual([3, 2, 3, 2]);
  const [before, after] = [await previous.data(), await next.data()];
  dispose([previous, next]);
  for (const [row, [trajectory, frame]] of (
    [
      [0, 0],
      [0, 1],
      [1, 1],
    ] as const
  ).entries()) {
    for (let point = 0; point < 6; point++) {
      const at = row * 6 + point;
      expect([...before.slice(4 * at, 4 * at + 4)]).toEqual([
        labelOf(trajectory, frame, 0),
        labelOf(trajectory, frame, 1),
        labelOf(trajectory, frame + 1, 0),
        labelOf(trajectory, frame + 1, 1),
      ]);
      expect(after[2 * at]).toBe(labelOf(trajectory, frame + 2, 0));
    }
  }
  const strided = await readPairs(store, [1, 2], { frameStride: 2 });
  const firsts = [await strided.previous.data(), await strided.next.data()];
  dispose([strided.previous, strided.next]);
  expect(firsts.map((values) => [values[0], values[12]])).toEqual([
    [labelOf(0, 1, 0), labelOf(1, 0, 0)],
    [labelOf(0, 3, 0), labelOf(1, 2, 0)],
  ]);
});

test("what makes no pair is refused before anything is read", async () => {
  const first = (options: Partial<Parameters<typeof trainingBatches>[1]>) =>
    trainingBatches(store, { batchSize: 2, seed: 0, ...options }).next();
  await expect(first({ history: 4 })).rejects.toThrow("at least 5 frames");
  await expect(first({ history: 0 })).rejects.toThrow("history is 0");
  await expect(first({ frameStride: 1.5 })).rejects.toThrow("frameStride is 1.5");
  await expect(first({ workers: -1 })).rejects.toThrow("-1 workers");
  await expect(first({ augmentation: { rotate: [[0, 1]] } })).rejects.toThrow("rotation");
});

/** The values of the first batches, and what was read for them. */
async function values(options: Partial<Parameters<typeof trainingBatches>[1]>, count: number) {
  const taken: Float32Array[] = [];
  let bytes = 0;
  const batches = trainingBatches(store, {
    batchSize: 4,
    seed: 3,
    history: 2,
    normalisation: { channels: ["u", "v"], mean: [100, 1], std: [10, 3] },
    parameters: measureParameters(store.description, ["Re"]),
    augmentation: { flip: [0, 1], shift: [0, 1] },
    onRead: (read) => {
      bytes += read.bytes;
    },
    ...options,
  });
  for await (const { previous, next } of batches) {
    taken.push((await previous.data<"float32">()) as Float32Array);
    taken.push((await next.data<"float32">()) as Float32Array);
    dispose([previous, next]);
    if (taken.length === 2 * count) break;
  }
  return { taken, bytes };
}

test("threads read the same batches in the same order, however many they are", async () => {
  const { taken } = await values({}, 6);
  for (const options of [{ workers: 1 }, { workers: 3, readAhead: 5 }, { readAhead: 4 }]) {
    const others = await values(options, 6);
    expect(others.taken).toEqual(taken);
    if (options.workers !== undefined) expect(others.bytes).toBeGreaterThan(6 * 4 * 3 * 20);
  }
  const resumed = await values({ workers: 2, firstStep: 4 }, 2);
  expect(resumed.taken).toEqual(taken.slice(8));
  expect((await values({ seed: 4 }, 6)).taken).not.toEqual(taken);
});

test.each([0, 2])(
  "a frame that was damaged is named by the batch that needs it, with %i threads",
  async (workers) => {
    const other = await mkdtemp(join(tmpdir(), "eddyflow-damaged-"));
    try {
      const { description } = store;
      const writer = await createTrajectoryStore(other, description);
      for (let t = 0; t < trajectories; t++) await writer.write(t, new Float32Array(frames * 12));
      const damaged = await openTrajectoryStore(other);
      await writeFile(join(other, "trajectories/000001/c.2.0.0.0"), "no zstd");
      const all = trainingBatches(damaged, { batchSize: 6, seed: 0, workers });
      await fails(all.next(), "trajectories/000001/c.2.0.0.0 is damaged: its checksum is another");
      await writeFile(join(other, "trajectories/000001/zarr.json"), "{");
      const others = trainingBatches(damaged, { batchSize: 6, seed: 0, workers: 1 });
      await fails(others.next(), "trajectories/000001/zarr.json is damaged");
    } finally {
      await rm(other, { recursive: true });
    }
  },
);

test.each([0, 1])("states to come follow each other, with %i threads too", async (workers) => {
  const which = { horizon: 3, frameStride: 1 };
  expect(numPairs(store, which)).toBe(2);
  expect(numPairs(store, { horizon: 2, history: 2 })).toBe(2);
  const firsts = async (batch: PairBatch) => {
    const all = [batch.previous, batch.next, ...(batch.later ?? [])];
    const values = await Promise.all(all.map(async (each) => [...(await each.data())]));
    dispose(all);
    return values.map((of) => [of[0], of[12]]);
  };
  const expected = [0, 1, 2, 3].map((frame) => [labelOf(0, frame, 0), labelOf(1, frame, 0)]);
  expect(await firsts(await readPairs(store, [0, 1], which))).toEqual(expected);
  const before = memory().numTensors;
  for await (const batch of trainingBatches(store, { batchSize: 2, seed: 1, workers, ...which })) {
    const found = await firsts(batch);
    expect(found.map((row) => row.toSorted((a = 0, b = 0) => a - b))).toEqual(expected);
    break;
  }
  expect(memory().numTensors).toBe(before);
  await expect(
    trainingBatches(store, { batchSize: 2, seed: 1, horizon: 4 }).next(),
  ).rejects.toThrow(/no pair with history 1 .* and 4 states to come.*at least 5 frames/);
});
