import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Normalisation } from "@eddyflow/core";
import {
  createTrajectoryStore,
  openTrajectoryStore,
  type TrajectoryStore,
} from "@eddyflow/datasets";
import type { PathBatch } from "@eddyflow/distillation";
import { velocityField, velocityNetwork } from "@eddyflow/models";
import { key, normal } from "@eddyflow/random";
import { integrate, midpoint, type SpacingName, spacingOf } from "@eddyflow/samplers";
import { dispose, memory, type Tensor } from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { grid, network } from "./learner.test.helpers.ts";
import type { BatchSource, Learner, Method, OwnBatches, Teacher } from "./method.ts";
import * as parts from "./recipe-parts.ts";
import { singleStep } from "./single-step.ts";
import { trajectory } from "./trajectory.ts";

const normalisation: Normalisation = { channels: ["u"], mean: [0.5], std: [2] };

let root = "";
let count = 0;
let data: TrajectoryStore;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "eddyflow-cached-"));
  const dir = join(root, "data");
  const writer = await createTrajectoryStore(dir, {
    experiment: "noise",
    split: "train",
    channels: ["u"],
    grid,
    frameInterval: 1,
    frames: 4,
    trajectories: 1,
    recipe: {},
    seed: 0,
    observation: { pointStride: 1 },
  });
  await writer.write(0, normal(key(8), 4 * 64));
  data = await openTrajectoryStore(dir);
});
afterAll(() => rm(root, { recursive: true }));

const teacher: Teacher = {
  method: "velocity",
  networks: { student: network },
  sets: { student: {} },
  sampler: { kind: "integrate", tableau: "midpoint", times: [0, 1] },
};
beforeAll(() => {
  Object.assign(teacher.sets, { student: velocityNetwork(network).init(key(3)) });
});

// 2 paths of 8 evaluations per step of 2 samples, each counted three times: 12 · 4 / 8 = 6 paths.
const small = { iterations: 8, batchSize: 2, pathSteps: 4, paths: { kind: "cached", share: 0.5 } };
const pairsOf = ({ name }: Method) => (name === "trajectory" ? { ownShare: 0.25 } : {});
const learnerOf = (method: Method, given: object = {}, seed = 0): Promise<Learner> =>
  method.learner(method.recipe(parts).parse({ ...small, ...pairsOf(method), ...given }), {
    ...{ seed, network, grid, precision: "float32" },
    teacher,
  });
const batchesOf = async (...of: Parameters<typeof learnerOf>) =>
  (await learnerOf(...of)).batches as OwnBatches;

const sourceOf = (folder: string, given: Partial<BatchSource> = {}): BatchSource => ({
  ...{ data, which: { normalisation }, teacher: "abc", folder, firstStep: 0 },
  signal: new AbortController().signal,
  ...given,
});
const newFolder = () => join(root, `run${count++}`);

/** The values of the batches of some steps. */
async function take(own: OwnBatches, source: BatchSource, steps: number) {
  const batches = await own.open(source);
  if (batches === null) throw new Error("stopped");
  const taken: Record<string, number[]>[] = [];
  for await (const batch of batches as AsyncIterable<PathBatch>) {
    const { previous, next, start, t, end } = batch;
    const tensors = { previous: previous as Tensor, next, start, t, end };
    const values = await Promise.all(
      Object.entries(tensors).map(
        async ([name, tensor]) => [name, Array.from(await tensor.data())] as const,
      ),
    );
    dispose({ ...batch } as never);
    taken.push(Object.fromEntries(values));
    if (taken.length === steps) break;
  }
  return taken;
}

test("the paths follow from the budget, and are announced before they are made", async () => {
  // 3 · 8 · 2 evaluations are half of the budget, and a path of 4 midpoint steps has 8.
  expect((await batchesOf(trajectory)).about).toBe(
    "6 of 8 evaluations each, 0.00586 MiB on the disk",
  );
  // One state is kept where ends alone are learnt.
  expect((await batchesOf(singleStep)).about).toBe(
    "6 of 8 evaluations each, 0.00146 MiB on the disk",
  );
  // Nor are points kept that no jump of the student touches.
  const halves = { ownShare: 1, sampler: { steps: 2 } };
  expect((await batchesOf(trajectory, halves)).about).toBe(
    "6 of 8 evaluations each, 0.00293 MiB on the disk",
  );
  expect((await take(await batchesOf(trajectory, halves), sourceOf(newFolder()), 4)).length).toBe(
    4,
  );
  const bounded = { paths: { ...small.paths, mebibytes: 0.0045 } };
  expect((await batchesOf(trajectory, bounded)).about).toBe(
    "4 of 8 evaluations each, 0.00391 MiB on the disk, as many as 0.0045 MiB hold",
  );
  await expect(
    batchesOf(trajectory, { paths: { ...small.paths, mebibytes: 0.001 } }),
  ).rejects.toThrow(/2 paths take up 0\.00195 MiB, more than the 0\.001 MiB allowed/u);
  expect((await learnerOf(trajectory, { paths: { kind: "online" } })).batches).toBeUndefined();
});

test.each([
  ["trajectory", trajectory as Method, "uniform"],
  ["trajectory", trajectory as Method, "cosine"],
  ["single_step", singleStep as Method, "uniform"],
  ["single_step", singleStep as Method, "cosine"],
] as const)(
  "what $0 learns are points of its teacher's paths, also where they are moved: steps that are $2",
  async (_, method, spacing: SpacingName) => {
    const tensors = memory().numTensors;
    const learner = await learnerOf(method, { spacing });
    const batches = await learner.batches?.open(sourceOf(newFolder()));
    const velocity = velocityField(velocityNetwork(network), teacher.sets["student"] ?? {});
    let [moved, step] = [0, 0];
    const [values, corners] = [new Set<number>(), new Set<number>()];
    for (let frame = 0; frame < 4; frame++) {
      const normalised = (await data.readFrames(0, frame, 1)).map((value) => (value - 0.5) / 2);
      for (const value of normalised) values.add(value);
      corners.add(normalised[0] as number);
    }
    for (let frame = 0; frame < 4; frame++) {
      corners.add(Math.fround((((await data.readFrames(0, frame, 1))[0] as number) - 0.5) / 2));
    }
    for await (const batch of batches as AsyncIterable<PathBatch>) {
      const [times, ends] = [await batch.t.data(), await batch.end.data()];
      const [states, conditions] = [await batch.next.data(), await batch.previous?.data()];
      for (let row = 0; row < 2; row++) {
        const [from, to] = [times[row] as number, ends[row] as number];
        // The times of a batch have 32 bits.
        const steps = spacingOf(spacing)
          .times(4)
          .filter((time) => time > from - 1e-6 && time < to + 1e-6);
        const reached = integrate(velocity, batch.start, batch.previous, {
          tableau: midpoint,
          times: steps,
        });
        // The same steps from the moved point under the moved condition: sums are in another order there.
        const own = (await reached.data()).slice(row * 64, (row + 1) * 64);
        own.forEach((value, i) => {
          expect(value).toBeCloseTo(states[row * 64 + i] as number, 5);
        });
        reached.dispose();
        const corner = conditions?.[row * 64] as number;
        expect(values.has(corner)).toBe(true);
        if (!corners.has(corner)) moved++;
      }
      const targets = await learner.objective.targets({}, batch, { key: key(1), step });
      dispose([targets, { ...batch }] as never);
      if (++step === 6) break;
    }
    // 15 of the 16 shifts by multiples of 2 of 8 cells along two axes move something; 12 were drawn.
    expect(moved).toBeGreaterThan(6);
    expect(memory().numTensors).toBe(tensors);
  },
);

test("without shifts the conditions are those of the data", async () => {
  const own = await batchesOf(trajectory, { paths: { ...small.paths, shift: false } });
  const taken = await take(own, sourceOf(newFolder()), 3);
  const frames = await Promise.all([0, 1, 2].map((frame) => data.readFrames(0, frame, 1)));
  const conditions = frames.map((frame) =>
    Array.from(frame, (value) => Math.fround((value - 0.5) / 2)),
  );
  const seen = new Set<number>();
  for (const { previous = [] } of taken) {
    for (const row of [0, 1]) {
      const condition = previous.slice(row * 64, (row + 1) * 64);
      const frame = conditions.findIndex((each) => each.every((v, i) => v === condition[i]));
      expect(frame).not.toBe(-1);
      seen.add(frame);
    }
  }
  // Six paths in an epoch, two of each of the three pairs.
  expect(seen.size).toBe(3);
});

test("a run that is killed and resumed draws what the uninterrupted one would have drawn", async () => {
  const whole = await take(await batchesOf(trajectory), sourceOf(newFolder()), 7);
  const folder = newFolder();
  const controller = new AbortController();
  const report = () => controller.abort();
  // Stopped as soon as one file is begun, which is finished.
  const stopped = await (await batchesOf(trajectory)).open(
    sourceOf(folder, { signal: controller.signal, report }),
  );
  expect(stopped).toBeNull();
  expect((await readdir(join(folder, "paths"))).sort()).toEqual(["c.0.0.0.0.0", "zarr.json"]);
  const reported: (readonly [number, number])[] = [];
  const first = await take(
    await batchesOf(trajectory),
    sourceOf(folder, { report: (...of) => reported.push(of) }),
    3,
  );
  expect(reported[0]).toEqual([2, 6]);
  expect(reported.at(-1)).toEqual([6, 6]);
  const rest = await take(await batchesOf(trajectory), sourceOf(folder, { firstStep: 3 }), 4);
  expect([...first, ...rest]).toEqual(whole);
  const otherwise = await take(await batchesOf(trajectory, {}, 1), sourceOf(newFolder()), 7);
  expect(otherwise).not.toEqual(whole);
});

test("paths of another teacher, other data or another seed are refused", async () => {
  const folder = newFolder();
  await take(await batchesOf(trajectory), sourceOf(folder), 1);
  const open = async (given: Partial<BatchSource>, seed = 0) =>
    (await batchesOf(trajectory, {}, seed)).open(sourceOf(folder, given));
  await expect(open({ teacher: "xyz" })).rejects.toThrow(/teacher is "abc", not "xyz"/u);
  await expect(open({ which: {} })).rejects.toThrow(/data is "/u);
  await expect(open({}, 1)).rejects.toThrow(/seed is 0, not 1/u);
  const other = await batchesOf(trajectory, { tableau: "heun" });
  await expect(other.open(sourceOf(folder))).rejects.toThrow(/tableau is "midpoint", not "heun"/u);
  // Of paths whose ends alone are kept.
  const ends = newFolder();
  await take(await batchesOf(singleStep), sourceOf(ends), 1);
  const spaced = await batchesOf(singleStep, { spacing: "cosine" });
  await expect(spaced.open(sourceOf(ends))).rejects.toThrow(/spacing/u);
});
