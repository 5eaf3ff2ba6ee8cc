import { mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTrajectoryStore } from "@eddyflow/datasets";
import { ks2d, ns2d } from "@eddyflow/experiments";
import { type DataRecipe, dataRecipe, type FilesInput } from "@eddyflow/systems";
import { afterAll, beforeAll, expect, test } from "vitest";
import { dataPlace, openSplit } from "./open-split.ts";
import { userError } from "./run-command.ts";

const channels = ["vx", "density", "vy", "pressure", "soot"];
const [frames, n] = [5, 4];

let folder = "";
/** Value 100 · trajectory + 10 · frame + channel at every point. */
async function writeStore(name: string, split: string, trajectories: number): Promise<void> {
  const writer = await createTrajectoryStore(join(folder, name), {
    experiment: "steps",
    split,
    channels,
    grid: { shape: [n, n], extent: [1, 1], boundary: ["periodic", "periodic"] },
    frameInterval: 0.5,
    frames,
    trajectories,
    recipe: null,
    seed: 0,
    observation: [],
  });
  const size = n * n * channels.length;
  for (let index = 0; index < trajectories; index++) {
    await writer.write(
      index,
      Float32Array.from(
        { length: frames * size },
        (_, i) => 100 * index + 10 * Math.floor(i / size) + (i % channels.length),
      ),
    );
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "eddyflow-split-"));
  await writeStore("train.zarr", "train", 2);
  await writeStore("one.zarr", "all", 10);
});
afterAll(() => rm(folder, { recursive: true }));

const files = (rest: Partial<FilesInput> = {}): DataRecipe =>
  dataRecipe.parse({ system: "files", path: folder, ...rest });

test("a split of a folder of stores is its store, and null where it is not there", async () => {
  const train = await openSplit(folder, "train", files());
  expect(train?.description).toMatchObject({ split: "train", trajectories: 2, channels });
  expect(await openSplit(join(folder, "nowhere"), "train", files())).toBeNull();
  const stores = join(folder, "train.zarr", "..");
  expect(await openSplit(stores, "test", files())).toBeNull();
});

test("each split may lie elsewhere", async () => {
  const place = {
    train: join(folder, "one.zarr"),
    validation: join(folder, "train.zarr"),
    test: join(folder, "nowhere"),
  };
  expect((await openSplit(place, "train", files()))?.trajectories).toBe(10);
  expect((await openSplit(place, "validation", files()))?.trajectories).toBe(2);
  expect(await openSplit(place, "test", files())).toBeNull();
});

test("files are seen as their recipe says: channels, frames, observation, time", async () => {
  const recipe = files({
    channels: ["soot", "vx"],
    timeStride: 2,
    observation: [{ kind: "crop", axis: 0, from: 0, to: 2 }],
    timestamp: true,
  });
  const store = await openSplit(folder, "train", recipe);
  expect(store?.description).toMatchObject({
    channels: ["soot", "vx", "timestamp"],
    grid: { shape: [2, 4], boundary: ["wall", "periodic"] },
    frames: 3,
    frameInterval: 1,
  });
  const values = await store?.readFrames(1, 1, 1);
  expect(Array.from(values?.subarray(0, 3) ?? [])).toEqual([124, 120, 1]);
  // The evaluator's steps are those of the pairs: every second frame of these.
  const coarse = await openSplit(folder, "train", recipe, { timeStride: 2 });
  expect(coarse?.description).toMatchObject({ frames: 2, frameInterval: 2 });
  expect((await coarse?.readFrames(0, 1, 1))?.[2]).toBe(2);
});

test("of data with more channels a simulation's recipe takes its own, in its order", async () => {
  const store = await openSplit(folder, "train", dataRecipe.parse(ns2d.data));
  expect(store?.description.channels).toEqual(["vx", "vy", "density", "pressure"]);
  expect(Array.from((await store?.readFrames(0, 0, 1))?.subarray(0, 4) ?? [])).toEqual([
    0, 2, 1, 3,
  ]);
  const observation = [{ kind: "fields", channels: ["soot"] }];
  const fewer = dataRecipe.parse({ ...ns2d.data, observation });
  expect((await openSplit(folder, "train", fewer))?.description.channels).toEqual(["soot"]);
  // Where it has none of them, the data are what they are.
  expect(
    (await openSplit(folder, "train", dataRecipe.parse(ks2d.data)))?.description.channels,
  ).toEqual(channels);
});

test("data lie where a person says, where the recipe does, or below data", () => {
  const shipped = { name: "ks2d", data: dataRecipe.parse(ks2d.data) };
  const config = { ...shipped, data: files({ path: "mine" }) };
  const here = process.env["INIT_CWD"] ?? process.cwd();
  expect(dataPlace(shipped, null)).toBe(join(here, "data/ks2d"));
  expect(dataPlace(config, null)).toBe(join(here, "mine"));
  expect(dataPlace(config, "typed")).toBe(join(here, "typed"));
});

test("a split that cannot be looked at is not one that is missing", async () => {
  const circle = join(folder, "circle.zarr");
  await symlink(circle, circle);
  const files = { train: circle, validation: circle, test: circle };
  const recipe = dataRecipe.parse({ ...ks2d.data }) as DataRecipe;
  const error = await openSplit(files, "train", recipe).catch((reason: unknown) => reason);
  expect(userError(error)?.message).toContain(`${circle}: its links lead in a circle`);
  const absent = { ...files, test: join(folder, "absent.zarr") };
  expect(await openSplit(absent, "test", recipe)).toBeNull();
});
