import { execFile } from "node:child_process";
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  truncate,
  unlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { isEddyflowError } from "@eddyflow/core";
import { key, normal } from "@eddyflow/random";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createTrajectoryStore } from "./create-trajectory-store.ts";
import type { StoreDescription } from "./description.ts";
import { measureNormalisation } from "./measure-normalisation.ts";
import { openTrajectoryStore, writeNormalisation } from "./open-trajectory-store.ts";
import { sealedNode } from "./seal.ts";

const description: StoreDescription = {
  experiment: "waves",
  split: "train",
  channels: ["u", "v"],
  grid: { shape: [4, 6], extent: [1, 2], boundary: ["periodic", "wall"] },
  frameInterval: 0.5,
  frames: 5,
  trajectories: 3,
  recipe: { dt: 0.1, layers: [{ depth: 1 }] },
  seed: 7,
  observation: { pointStride: 1 },
};
const frameSize = 4 * 6 * 2;
const trajectory = (index: number) => normal(key(index), description.frames * frameSize);

let dir = "";
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "eddyflow-store-")), "train.zarr");
});
afterEach(() => rm(join(dir, ".."), { recursive: true }));

async function writeAll(indices: readonly number[] = [0, 1, 2]) {
  const writer = await createTrajectoryStore(dir, description);
  for (const index of indices) await writer.write(index, trajectory(index));
}

const dataError = async (promise: Promise<unknown>): Promise<string> => {
  try {
    await promise;
  } catch (error) {
    expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
    return (error as Error).message;
  }
  return "no error";
};

test("what is read is what was written, frame by frame", async () => {
  await writeAll();
  const store = await openTrajectoryStore(dir);
  expect(store.description).toEqual(description);
  expect(store.trajectories).toBe(3);
  expect(await store.readFrames(2, 0, 5)).toEqual(trajectory(2));
  expect(await store.readFrames(1, 3, 2)).toEqual(trajectory(1).slice(3 * frameSize));
});

test("what is read is the reader's own", async () => {
  await writeAll();
  const store = await openTrajectoryStore(dir);
  (await store.readFrames(0, 0, 2)).fill(0);
  expect(await store.readFrames(0, 0, 5)).toEqual(trajectory(0));
});

test("frames that are not there are refused", async () => {
  await writeAll();
  const store = await openTrajectoryStore(dir);
  for (const [index, first, count] of [
    [3, 0, 1],
    [0, 4, 2],
    [0, -1, 1],
    [0, 0, 0],
  ] as const) {
    await expect(store.readFrames(index, first, count)).rejects.toThrow("frames 0 … 4");
  }
});

test("the files are Zarr v3: one float32 array per trajectory, one chunk per frame", async () => {
  await writeAll();
  const path = join(dir, "trajectories", "000001");
  const metadata = JSON.parse(await readFile(join(path, "zarr.json"), "utf8"));
  expect(metadata).toMatchObject({
    zarr_format: 3,
    node_type: "array",
    shape: [5, 4, 6, 2],
    data_type: "float32",
    fill_value: 0,
    chunk_grid: { name: "regular", configuration: { chunk_shape: [1, 4, 6, 2] } },
    dimension_names: ["time", "y", "x", "channel"],
  });
  expect((await readdir(path)).sort()).toEqual([
    ...[0, 1, 2, 3, 4].map((frame) => `c.${frame}.0.0.0`),
    "zarr.json",
  ]);
});

test("a store is taken up where it was left, and keeps what it has", async () => {
  await writeAll([2, 0]);
  const again = await createTrajectoryStore(dir, description);
  expect([0, 1, 2].map(again.has)).toEqual([true, false, true]);
  await again.write(0, trajectory(9));
  await again.write(1, trajectory(1));
  expect(again.has(1)).toBe(true);
  const store = await openTrajectoryStore(dir);
  expect(await store.readFrames(0, 0, 5)).toEqual(trajectory(0));
  expect((await readdir(dir)).sort()).toEqual(["trajectories", "zarr.json"]);
});

test("what a killed process left half-written is never seen, and goes when its trajectory is made", async () => {
  await writeAll([0, 1]);
  const partial = join(dir, ".partial-000002-killed");
  await mkdir(partial);
  await writeFile(join(partial, "c.0.0.0.0"), "half");
  expect((await createTrajectoryStore(dir, description)).has(2)).toBe(false);
  await writeAll([2]);
  expect(await readdir(dir)).not.toContain(".partial-000002-killed");
  expect(await (await openTrajectoryStore(dir)).readFrames(2, 0, 5)).toEqual(trajectory(2));
});

test("what killed processes left goes when a store is found whole", async () => {
  await writeAll();
  const left = [".partial-000001-b", ".zarr.json-c", "trajectories/.zarr.json-d"];
  for (const path of left) await writeFile(join(dir, path), "{");
  await createTrajectoryStore(dir, description);
  expect((await readdir(dir)).sort()).toEqual(["trajectories", "zarr.json"]);
  expect((await readdir(join(dir, "trajectories"))).sort()).toEqual([
    ...["000000", "000001", "000002"],
    "zarr.json",
  ]);
});

test("processes that begin one store at once, and find it whole, do not disturb each other", async () => {
  await Promise.all(Array.from({ length: 8 }, () => writeAll()));
  await Promise.all(Array.from({ length: 8 }, () => writeAll()));
  const store = await openTrajectoryStore(dir);
  expect(await store.readFrames(2, 0, 5)).toEqual(trajectory(2));
  await createTrajectoryStore(dir, description);
  expect((await readdir(dir)).sort()).toEqual(["trajectories", "zarr.json"]);
});

test("a process that finds the store begun between two looks goes on with it", async () => {
  const stores = Array.from({ length: 20 }, (_, i) => join(dir, String(i)));
  const begin = (store: string) => createTrajectoryStore(store, description);
  const begun = stores.flatMap((store) => Array.from({ length: 8 }, () => begin(store)));
  await expect(Promise.all(begun)).resolves.toHaveLength(160);
});

test("a store of another recipe is left alone, and the first difference is named", async () => {
  await writeAll();
  const other = { ...description, recipe: { dt: 0.1, layers: [{ depth: 2 }] } };
  const before = await readFile(join(dir, "zarr.json"), "utf8");
  expect(await dataError(createTrajectoryStore(dir, other))).toContain(
    "recipe.layers.0.depth is 1, not 2",
  );
  expect(await readFile(join(dir, "zarr.json"), "utf8")).toBe(before);
});

test("a store begun with another recipe but without a trajectory is begun anew", async () => {
  await createTrajectoryStore(dir, { ...description, recipe: { dt: 5 } });
  await writeAll();
  expect((await openTrajectoryStore(dir)).description).toEqual(description);
});

test("a folder with anything else in it is left alone", async () => {
  await mkdir(dir);
  await writeFile(join(dir, "thesis.tex"), "");
  expect(await dataError(createTrajectoryStore(dir, description))).toContain("thesis.tex");
  expect(await readdir(dir)).toEqual(["thesis.tex"]);
});

test("a store can grow, and then wants its normalisation measured anew", async () => {
  await writeAll();
  await writeNormalisation(dir, await measureNormalisation(await openTrajectoryStore(dir)));
  expect((await openTrajectoryStore(dir)).normalisation).not.toBeNull();
  const more = await createTrajectoryStore(dir, { ...description, trajectories: 4 });
  await more.write(3, trajectory(3));
  await createTrajectoryStore(dir, { ...description, trajectories: 2 });
  const store = await openTrajectoryStore(dir);
  expect(store.trajectories).toBe(4);
  expect(store.normalisation).toBeNull();
});

test("a trajectory is written frame by frame, and nobody sees it before it is finished", async () => {
  const writer = await createTrajectoryStore(dir, description);
  const frames = await writer.begin(0);
  const values = trajectory(0);
  for (let at = 0; at < 4; at++) {
    await frames.add(values.subarray(at * frameSize, (at + 1) * frameSize));
  }
  expect(writer.has(0)).toBe(false);
  await expect(frames.finish()).rejects.toThrow("a trajectory of 4 frames");
  await frames.add(values.subarray(4 * frameSize));
  await expect(frames.add(values.subarray(0, frameSize))).rejects.toThrow("more than 5 frames");
  await frames.finish();
  expect(writer.has(0)).toBe(true);
  const abandoned = await writer.begin(1);
  await abandoned.add(values.subarray(0, frameSize));
  await abandoned.abandon();
  expect((await readdir(dir)).sort()).toEqual(["trajectories", "zarr.json"]);
  for (const index of [1, 2]) await writer.write(index, trajectory(index));
  const store = await openTrajectoryStore(dir);
  expect(await store.readFrames(0, 0, 5)).toEqual(values);
});

test("a trajectory of many frames needs few open files", async () => {
  const script = `
    import { createTrajectoryStore } from ${JSON.stringify(import.meta.resolve("./create-trajectory-store.ts"))};
    const description = ${JSON.stringify({ ...description, frames: 400, trajectories: 1 })};
    const writer = await createTrajectoryStore(${JSON.stringify(dir)}, description);
    await writer.write(0, new Float32Array(400 * ${frameSize}));
  `;
  const node = [process.execPath, "--input-type=module", "--eval", script];
  await promisify(execFile)("sh", ["-c", 'ulimit -n 48; exec "$@"', "sh", ...node]);
  const { frames } = (await openTrajectoryStore(dir)).description;
  expect(frames).toBe(400);
});

test("values that are not finite and trajectories of another shape are not written", async () => {
  const writer = await createTrajectoryStore(dir, description);
  const bad = trajectory(0);
  bad[17] = Number.NaN;
  expect(await dataError(writer.write(0, bad))).toContain("NaN at position 17");
  await expect(writer.write(0, new Float32Array(3))).rejects.toThrow("240 for shape [5, 4, 6, 2]");
  expect(writer.has(0)).toBe(false);
  expect((await readdir(dir)).sort()).toEqual(["trajectories", "zarr.json"]);
});

test.each([
  [
    "a missing chunk",
    (path: string) => unlink(join(path, "c.3.0.0.0")),
    "c.3.0.0.0 (frame 3) is missing",
  ],
  ["an empty chunk", (path: string) => truncate(join(path, "c.3.0.0.0"), 0), "(frame 3) has 0 of"],
  [
    "a truncated chunk",
    (path: string) => truncate(join(path, "c.3.0.0.0"), 90),
    "(frame 3) has 90 of",
  ],
  ["a missing trajectory", (path: string) => rm(path, { recursive: true }), "000001 is missing"],
  [
    "missing metadata",
    (path: string) => unlink(join(path, "zarr.json")),
    "000001/zarr.json is missing",
  ],
  [
    "truncated metadata",
    (path: string) => truncate(join(path, "zarr.json"), 50),
    "zarr.json is cut short",
  ],
])("%s is found when the store is opened, and named", async (_, damage, part) => {
  await writeAll();
  await damage(join(dir, "trajectories", "000001"));
  const message = await dataError(openTrajectoryStore(dir));
  expect(message).toContain(part);
  expect(message).toContain("trajectories/000001");
});

test("a chunk that is lost or damaged after the store was opened is found when it is read", async () => {
  await writeAll();
  const store = await openTrajectoryStore(dir);
  const path = join(dir, "trajectories", "000001");
  await truncate(join(path, "c.2.0.0.0"), 40);
  await unlink(join(path, "c.4.0.0.0"));
  expect(await dataError(store.readFrames(1, 2, 1))).toContain(
    "c.2.0.0.0 is damaged: its checksum is another",
  );
  expect(await dataError(store.readFrames(1, 4, 1))).toContain("c.4.0.0.0 is missing");
  expect(await store.readFrames(1, 0, 1)).toEqual(trajectory(1).slice(0, frameSize));
});

async function changeAttributes(change: (attributes: Record<string, unknown>) => void) {
  const path = join(dir, "zarr.json");
  const root = JSON.parse(await readFile(path, "utf8"));
  change(root.attributes);
  await writeFile(path, JSON.stringify(sealedNode(root)));
}

test("observation and vectors are kept with the data", async () => {
  const seen: StoreDescription = {
    ...description,
    vectors: [{ channels: ["v", "u"], axes: [0, null] }],
    observation: [
      { kind: "slice", axis: 1, at: 0.25 },
      { kind: "crop", axis: 0, from: 0, to: 4 },
      { kind: "average", points: [2, 1] },
      { kind: "fields", channels: ["u", "v"] },
    ],
  };
  const writer = await createTrajectoryStore(dir, seen);
  for (const index of [0, 1, 2]) await writer.write(index, trajectory(index));
  expect((await openTrajectoryStore(dir)).description).toEqual(seen);
  expect(
    await dataError(createTrajectoryStore(dir, { ...seen, observation: { pointStride: 2 } })),
  ).toContain("observation");
});

test("a store that older releases wrote opens, is continued, and grows", async () => {
  const steps = [
    { kind: "stride", stride: [1, 2] },
    { kind: "average", points: 2 },
  ];
  const old = {
    zarr_format: 3,
    node_type: "group",
    attributes: {
      format: "eddyflow-trajectories",
      version: 2,
      experiment: "waves",
      split: "train",
      channels: ["u", "v"],
      grid: { shape: [4, 6], extent: [1, 2], boundary: ["periodic", "wall"] },
      frameInterval: 0.5,
      frames: 5,
      trajectories: 3,
      recipe: { dt: 0.1, observation: { stride: 2 } },
      seed: 7,
      observation: steps,
    },
  };
  await writeAll();
  await writeFile(join(dir, "zarr.json"), JSON.stringify(old));
  const today: StoreDescription = {
    ...description,
    recipe: { dt: 0.1, observation: { pointStride: 2 } },
    observation: [
      { kind: "stride", pointStride: [1, 2] },
      { kind: "average", points: 2 },
    ],
  };
  expect((await openTrajectoryStore(dir)).description).toEqual(today);
  expect((await createTrajectoryStore(dir, today)).has(2)).toBe(true);
  await writeNormalisation(dir, await measureNormalisation(await openTrajectoryStore(dir)));
  const grown = { ...today, trajectories: 4, parameters: { viscosity: [1, 2, 3, 4] } };
  await (await createTrajectoryStore(dir, grown)).write(3, trajectory(3));
  expect((await openTrajectoryStore(dir)).description).toEqual(grown);

  const short = { ...old.attributes, version: 1, observation: { stride: 3 } };
  await writeFile(join(dir, "zarr.json"), JSON.stringify({ ...old, attributes: short }));
  expect((await openTrajectoryStore(dir)).description.observation).toEqual({ pointStride: 3 });
});

test("parameters are kept with the trajectories that they belong to", async () => {
  const parameters = { Re: [100, 200.5, 300], Atwood: [0.5, 0.5, 0.5] };
  const own = { ...description, parameters };
  const writer = await createTrajectoryStore(dir, own);
  for (const index of [0, 1, 2]) await writer.write(index, trajectory(index));
  expect((await openTrajectoryStore(dir)).description).toEqual(own);
  // A description without parameters, of fewer or more trajectories, belongs to the same data.
  await createTrajectoryStore(dir, description);
  const [Re, Atwood] = [
    [100, 200.5],
    [0.5, 0.5],
  ];
  await createTrajectoryStore(dir, { ...own, trajectories: 2, parameters: { Re, Atwood } });
  expect((await openTrajectoryStore(dir)).description).toEqual(own);
  const other = { ...own, parameters: { ...parameters, Re: [100, 200, 300] } };
  expect(await dataError(createTrajectoryStore(dir, other))).toContain(
    "parameters.Re.1 is 200.5, not 200",
  );
  for (const bad of [
    [1, 2],
    [1, 2, Number.NaN],
  ]) {
    await expect(
      createTrajectoryStore(`${dir}-bad`, { ...description, parameters: { Re: bad } }),
    ).rejects.toThrow('the parameter "Re"');
  }
});

test("a store of version 1 is read, one of a version to come is refused", async () => {
  await writeAll();
  await changeAttributes((attributes) => {
    attributes["version"] = 1;
  });
  expect((await openTrajectoryStore(dir)).description).toEqual(description);
  for (const version of [5, "2", null]) {
    await changeAttributes((attributes) => {
      attributes["version"] = version;
    });
    const message = `of version ${JSON.stringify(version)}; expected a version from 1 to 4`;
    expect(await dataError(openTrajectoryStore(dir))).toContain(message);
    expect(await dataError(createTrajectoryStore(dir, description))).toContain(message);
  }
});

test.each([
  ["observation", [{ kind: "blur", radius: 2 }], 'attribute "observation" is not usable'],
  ["observation", [{ kind: "crop", axis: 0, from: 0 }], 'attribute "observation" is not usable'],
  ["vectors", [{ channels: ["u", "v"], axes: [0] }], 'attribute "vectors" is not usable'],
  ["vectors", [{ channels: ["u", "w"], axes: [0, 1] }], 'names the channel "w"'],
  ["vectors", [{ channels: ["u", "v"], axes: [0, 2] }], "names the axis 2"],
  ["vectors", [{ channels: ["u", "u"], axes: [0, 1] }], 'names the channel "u" twice'],
  ["tensors", [{ channels: [["u", "v"]], axes: [0, 1] }], 'attribute "tensors" is not usable'],
  [
    "tensors",
    [
      {
        channels: [
          ["u", "u"],
          ["v", null],
        ],
        axes: [0, 1],
      },
    ],
    "names a channel twice that is not ij and ji",
  ],
  ["tensors", [{ channels: [["w"]], axes: [0] }], 'names the channel "w"'],
  ["tensors", [{ channels: [["v"]], axes: [2] }], "names the axis 2"],
  ["undirected", [["u"], ["u", "v"]], 'names the channel "u" twice'],
  ["parameters", { Re: [1, 2] }, 'the parameter "Re" has 2 values; expected one finite number'],
  ["parameters", { Re: [1, null, 3] }, 'the parameter "Re" is null in trajectory 1'],
  ["parameters", [1, 2, 3], 'attribute "parameters" is not usable'],
])("%s %j of a store are refused", async (name, value, part) => {
  await writeAll();
  await changeAttributes((attributes) => {
    attributes[name] = value;
  });
  expect(await dataError(openTrajectoryStore(dir))).toContain(part);
});

test.each([
  null,
  "measured",
  { channels: ["u", "w"], mean: [0, 0], std: [1, 1] },
  { channels: ["u", "v"], mean: [0, 0], std: [1, 0] },
  { channels: ["u", "v"], mean: [0, null], std: [1, 1] },
  { channels: ["u", "v"], mean: [0], std: [1, 1] },
  { channels: ["u", "v"], mean: [0, 0, 0], std: [1, 1, 1] },
])("the normalisation %j is not this store's", async (normalisation) => {
  await writeAll();
  await changeAttributes((attributes) => {
    attributes["normalisation"] = normalisation;
  });
  expect(await dataError(openTrajectoryStore(dir))).toContain(
    'zarr.json: attribute "normalisation" is not usable; expected a mean and a positive std for each of the channels u, v',
  );
});

test("a value that is not finite is named with file, trajectory, frame and channel", async () => {
  await writeAll();
  const files = join(dir, "trajectories", "000002");
  const metadata = JSON.parse(await readFile(join(files, "zarr.json"), "utf8"));
  metadata.codecs = metadata.codecs.filter((codec: { name: string }) => codec.name === "bytes");
  delete metadata.attributes.chunkBytes;
  await writeFile(join(files, "zarr.json"), JSON.stringify(sealedNode(metadata)));
  const values = new Float32Array(frameSize);
  for (const frame of [0, 1, 2, 3, 4]) {
    await writeFile(join(files, `c.${frame}.0.0.0`), new Uint8Array(values.buffer));
  }
  values[13] = Number.NaN;
  await writeFile(join(files, "c.3.0.0.0"), new Uint8Array(values.buffer));
  const store = await openTrajectoryStore(dir);
  expect(await store.readFrames(2, 0, 3)).toEqual(new Float32Array(3 * frameSize));
  for (const read of [store.readFrames(2, 2, 2), measureNormalisation(store)]) {
    expect(await dataError(read)).toContain(
      "000002/c.3.0.0.0 has the value NaN in channel v of frame 3 of trajectory 2",
    );
  }
});

test.each([
  ["data_type", "float64", "holds float64"],
  ["shape", [5, 4, 6, 3], "of shape [5, 4, 6, 3], not frames of float32 [5, 4, 6, 2]"],
  ["codecs", "none", "zarr.json is damaged"],
])("an array whose %s is %j is refused", async (name, value, part) => {
  await writeAll();
  const path = join(dir, "trajectories", "000001", "zarr.json");
  const metadata = JSON.parse(await readFile(path, "utf8"));
  await writeFile(path, JSON.stringify(sealedNode({ ...metadata, [name]: value })));
  const message = await dataError(openTrajectoryStore(dir));
  expect(message).toContain(part);
  expect(message).toContain("trajectories/000001");
});

test("a folder that is no store is refused", async () => {
  expect(await dataError(openTrajectoryStore(dir))).toContain("zarr.json is missing");
  await mkdir(dir);
  await writeFile(join(dir, "zarr.json"), '{"zarr_format":3,"node_type":"group","attributes":{}}');
  expect(await dataError(openTrajectoryStore(dir))).toContain('attribute "experiment" is missing');
});

test("the normalisation is the mean and deviation over everything, to rounding, far from zero", async () => {
  const offsets = [1e4, -3];
  const writer = await createTrajectoryStore(dir, description);
  const all: number[][] = [[], []];
  for (let index = 0; index < 3; index++) {
    const frames = trajectory(index).map(
      (value, i) => value * (1 + (i % 2)) + (offsets[i % 2] ?? 0),
    );
    for (const [i, value] of frames.entries()) all[i % 2]?.push(value);
    await writer.write(index, frames);
  }
  const { channels, mean, std } = await measureNormalisation(await openTrajectoryStore(dir));
  expect(channels).toEqual(["u", "v"]);
  for (const [c, values] of all.entries()) {
    const average = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - average) ** 2, 0) / values.length;
    expect(mean[c]).toBeCloseTo(average, 8);
    expect(std[c]).toBeCloseTo(Math.sqrt(variance), 8);
  }
});

test("the components of a vector keep their means and share one deviation", async () => {
  const writer = await createTrajectoryStore(dir, {
    ...description,
    trajectories: 1,
    vectors: [{ channels: ["u", "v"], axes: [1, 0] }],
  });
  const frames = trajectory(0).map((value, i) => (i % 2 === 0 ? 3 * value + 5 : 2));
  await writer.write(0, frames);
  const { mean, std } = await measureNormalisation(await openTrajectoryStore(dir));
  const u = frames.filter((_, i) => i % 2 === 0);
  const average = u.reduce((sum, value) => sum + value, 0) / u.length;
  const variance = u.reduce((sum, value) => sum + (value - average) ** 2, 0) / u.length;
  // A component that does not vary adds nothing to the sum of squares, and counts as one of two.
  expect(mean[0]).toBeCloseTo(average, 8);
  expect(mean[1]).toBe(2);
  expect(std[0]).toBeCloseTo(Math.sqrt(variance / 2), 8);
  expect(std[1]).toBe(std[0]);
});

test("a constant channel has no normalisation", async () => {
  const writer = await createTrajectoryStore(dir, { ...description, trajectories: 1 });
  await writer.write(
    0,
    trajectory(0).map((value, i) => (i % 2 === 0 ? value : 2)),
  );
  const store = await openTrajectoryStore(dir);
  expect(await dataError(measureNormalisation(store))).toContain("channel v");
});
