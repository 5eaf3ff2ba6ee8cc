import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useBackend } from "@eddyflow/backend";
import type { Manifest } from "@eddyflow/checkpointing";
import { createRunDirectory, folderSource, resolveCheckpoint } from "@eddyflow/checkpointing/node";
import type { NetworkDescription } from "@eddyflow/core";
import {
  createTrajectoryStore,
  openTrajectoryStore,
  type StoreDescription,
} from "@eddyflow/datasets";
import { velocityNetwork } from "@eddyflow/models";
import { foldIn, key, keyFor, normal } from "@eddyflow/random";
import { loadSurrogate } from "@eddyflow/surrogate";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import { parseFlags } from "command-line";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { commandSpec } from "./command-spec.ts";
import { readPredictionRequest } from "./request.ts";
import { runPrediction } from "./run-prediction.ts";

/** The data as recorded: two channels on 8 × 8 points, of which the model sees one on every second point. */
const recorded: StoreDescription = {
  experiment: "waves",
  split: "test",
  channels: ["p", "u"],
  grid: { shape: [8, 8], extent: [4, 4], boundary: ["periodic", "periodic"] },
  frameInterval: 0.5,
  frames: 4,
  trajectories: 2,
  recipe: null,
  seed: 0,
  observation: { pointStride: 1 },
};
const network: NetworkDescription = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [2],
  padding: ["periodic", "periodic"],
};
const recipe = { system: "files", path: "data", channels: ["u"], observation: { pointStride: 2 } };

let folder: string;

async function makeData(path: string, change: Partial<StoreDescription> = {}): Promise<void> {
  const writer = await createTrajectoryStore(join(folder, path), { ...recorded, ...change });
  for (let index = 0; index < 2; index++) await writer.write(index, normal(key(index), 4 * 128));
}

async function makeCheckpoint(name: string, change: Partial<Manifest> = {}): Promise<void> {
  const run = await createRunDirectory(join(folder, "runs"), {
    ...{ experiment: "waves", method: "velocity", name, config: {} },
  });
  const student = velocityNetwork(network).init(key(3));
  await run.saveCheckpoint(1, {
    sets: { student },
    state: null,
    manifest: {
      experiment: "waves",
      method: "velocity",
      networks: { student: network },
      sampler: { kind: "integrate", tableau: "euler", times: [0, 1] },
      conditioning: { history: 1, parameters: { channels: [], mean: [], std: [] } },
      clock: { step: 0.5, channel: null },
      normalisation: { channels: ["u"], mean: [0.5], std: [2] },
      grid: { shape: [4, 4], extent: [4, 4], boundary: ["periodic", "periodic"] },
      channels: ["u"],
      teacher: null,
      config: { experiment: { data: recipe } },
      ...change,
    },
  });
  dispose(student);
}

beforeAll(async () => {
  await useBackend("cpu");
  folder = await mkdtemp(join(tmpdir(), "prediction-"));
  vi.stubEnv("INIT_CWD", folder);
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.spyOn(process.stdout, "write").mockReturnValue(true);
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  await makeData("data/test.zarr");
  await makeData("data/train.zarr", { split: "train", frames: 4 });
  await makeCheckpoint("a");
});
afterAll(() => rm(folder, { recursive: true }));

const predict = (words: string, signal = new AbortController().signal): Promise<void> =>
  runPrediction(
    readPredictionRequest(
      parseFlags(["predict", ...words.split(" "), "--backend", "cpu"], commandSpec),
    ),
    signal,
  );
const run = "runs/waves/velocity/a";
const made = (name: string) => openTrajectoryStore(join(folder, name));

/** Frame 0 of a trajectory as the model sees it: u on every second point. */
const seen = (trajectory: number) =>
  normal(key(trajectory), 4 * 128).filter(
    (_, i) => i < 128 && i % 2 === 1 && (i >> 1) % 2 === 0 && (i >> 4) % 2 === 0,
  );

test("data are seen as in training: the channels and the observation of the recipe in the manifest", async () => {
  await predict(`${run} --from data/test.zarr --steps 2 --members 2 --out whole.zarr`);
  const store = await made("whole.zarr");
  expect(store.description).toMatchObject({
    ...{ channels: ["u"], frames: 3, trajectories: 4, frameInterval: 0.5 },
    grid: { shape: [4, 4], extent: [4, 4] },
  });
  expect(await store.readFrames(2, 0, 1)).toEqual(seen(1));
});

test("loadSurrogate gives the values of every rollout, from the key of its row and step", async () => {
  const store = await made("whole.zarr");
  const surrogate = await loadSurrogate(folderSource(await resolveCheckpoint(join(folder, run))));
  for (const row of [0, 3]) {
    let state = tensor(await store.readFrames(row, 0, 1), [1, 4, 4, 1]);
    for (let step = 1; step <= 2; step++) {
      const next = await surrogate.next(state, foldIn(keyFor(0, "prediction", row), step));
      expect(await next.data()).toBeAllclose(await store.readFrames(row, step, 1), { rtol: 1e-5 });
      state.dispose();
      state = next as typeof state;
    }
    state.dispose();
  }
  surrogate.dispose();
});

test("the ten lines of the README give the values of a prediction", async () => {
  const readme = await readFile(join(import.meta.dirname, "../README.md"), "utf8");
  const [, code = ""] = /```ts\n(.*?)```/su.exec(readme) ?? [];
  const checkpoint = await resolveCheckpoint(join(folder, run));
  const here = code
    .replace("runs/ks2d/flow/a/checkpoints/4000", checkpoint)
    .replace("forecast.zarr", join(folder, "whole.zarr"));
  const file = join(import.meta.dirname, "../.readme/predict.ts");
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, here);
  const printed = vi.mocked(console.log);
  printed.mockClear();
  await import(file);
  expect(printed.mock.calls).toEqual([[true], [true]]);
});

test("rollouts do not depend on the batch or on the number of steps", async () => {
  await predict(`${run} --from data/test.zarr --steps 1 --members 2 --batch 3 --out other.zarr`);
  const [whole, other] = [await made("whole.zarr"), await made("other.zarr")];
  for (let row = 0; row < 4; row++) {
    const expected = await whole.readFrames(row, 0, 2);
    expect(await other.readFrames(row, 0, 2)).toBeAllclose(expected, { rtol: 1e-5 });
  }
});

test("--split chooses one of a folder’s splits, and one that is not there is refused", async () => {
  await predict(`${run} --from data --split train --steps 1 --out train.zarr`);
  expect((await made("train.zarr")).description.recipe).toMatchObject({
    from: { split: "train" },
  });
  await expect(
    predict(`${run} --from data --split validation --steps 1 --out none.zarr`),
  ).rejects.toThrow(/has no split validation/u);
  expect(await readdir(folder)).not.toContain("none.zarr");
});

test("a prediction is a store that another one starts from", async () => {
  await predict(`${run} --from whole.zarr --frame 2 --steps 1 --out further.zarr`);
  const [whole, further] = [await made("whole.zarr"), await made("further.zarr")];
  expect(await further.readFrames(3, 0, 1)).toEqual(await whole.readFrames(3, 2, 1));
});

test("a step of the model may be several frames of the data", async () => {
  await makeData("fine/test.zarr", { frameInterval: 0.25 });
  await predict(`${run} --from fine/test.zarr --frame 3 --steps 1 --out skipped.zarr`);
  expect((await made("skipped.zarr")).description.frameInterval).toBe(0.5);
});

test.each<[string, Partial<StoreDescription>, RegExp]>([
  [
    "cell size",
    { grid: { ...recorded.grid, extent: [4, 8] } },
    /trained on states with cell size 1 × 1; expected cell size 1 × 2, as in the data/u,
  ],
  [
    "boundary",
    { grid: { ...recorded.grid, boundary: ["periodic", "wall"] } },
    /with boundary periodic × periodic; expected boundary periodic × wall/u,
  ],
  ["interval", { frameInterval: 0.3 }, /with interval 0\.5; expected interval 0\.3, as in/u],
])("data of another %s are refused with the difference", async (name, change, message) => {
  const path = name.replace(" ", "-");
  await makeData(`${path}/test.zarr`, change);
  await expect(predict(`${run} --from ${path}/test.zarr --steps 1 --out no.zarr`)).rejects.toThrow(
    message,
  );
  expect(await readdir(folder)).not.toContain("no.zarr");
});

test("an interrupted prediction is a store that is not whole and says so, and the same command goes on", async () => {
  const words = `${run} --from data/test.zarr --steps 2 --members 2 --batch 2 --out stopped.zarr`;
  const controller = new AbortController();

  let asked = 0;
  const signal = Object.defineProperty(controller.signal, "throwIfAborted", {
    // The first two rollouts take two steps; the second two are stopped after one.
    value: () => {
      asked++;
      if (asked === 4) throw new Error("stopped");
    },
  });
  await expect(predict(words, signal)).rejects.toThrow("stopped");
  expect(await readdir(join(folder, "stopped.zarr", "trajectories"))).toEqual(
    expect.arrayContaining(["000000", "000001"]),
  );
  await expect(made("stopped.zarr")).rejects.toThrow(/000002/u);
  await predict(words);
  const [whole, stopped] = [await made("whole.zarr"), await made("stopped.zarr")];
  for (const row of [1, 3]) {
    expect(await stopped.readFrames(row, 0, 3)).toBeAllclose(await whole.readFrames(row, 0, 3), {
      rtol: 1e-5,
    });
  }
});

test("a rollout that diverges ends with the step, and nothing of it is left", async () => {
  await makeCheckpoint("wild", { normalisation: { channels: ["u"], mean: [0], std: [3e38] } });
  await expect(
    predict("runs/waves/velocity/wild --from data/test.zarr --steps 3 --out wild.zarr"),
  ).rejects.toThrow(/rollout 0 is no longer finite at step 1/u);
  expect((await readdir(join(folder, "wild.zarr"))).toSorted()).toEqual([
    "trajectories",
    "zarr.json",
  ]);
});
