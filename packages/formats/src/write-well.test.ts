import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import {
  createTrajectoryStore,
  openTrajectoryStore,
  type StoreDescription,
  type TrajectoryStore,
} from "@eddyflow/datasets";
import { key, normal } from "@eddyflow/random";
import type { Dataset, Group } from "h5wasm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { openHdf5 } from "./hdf5.ts";
import { fixture, hdf5Writer } from "./open-data.test.helpers.ts";
import { openData } from "./open-data.ts";
import { writeWell } from "./write-well.ts";

const description: StoreDescription = {
  experiment: "flow/a b",
  split: "train",
  channels: ["vx", "rho", "vy"],
  vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
  grid: { shape: [4, 6], extent: [1, 3], boundary: ["wall", "periodic"] },
  frameInterval: 0.5,
  frames: 3,
  trajectories: 2,
  recipe: { viscosity: 0.01, name: "a", layers: [1, 2] },
  seed: 7,
  observation: { pointStride: 1 },
};
const trajectory = (index: number, { frames, grid, channels }: StoreDescription) =>
  normal(
    key(index),
    grid.shape.reduce((size, n) => size * n, frames * channels.length),
  );

let dir = "";
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-write-well-"));
});
afterEach(() => rm(dir, { recursive: true }));

async function storeOf(change: Partial<StoreDescription> = {}): Promise<TrajectoryStore> {
  const all = { ...description, ...change };
  const path = join(dir, `${all.split}-${all.trajectories}.zarr`);
  const writer = await createTrajectoryStore(path, all);
  for (let i = 0; i < all.trajectories; i++) await writer.write(i, trajectory(i, all));
  return openTrajectoryStore(path);
}

test("what is written is read again value by value, vectors along the axes in their order", async () => {
  for (const split of ["train", "validation", "test"] as const) {
    const store = await storeOf({ split });
    await writeWell(store, join(dir, "base"));
    const read = await openData(join(dir, "base"), { split, channels: ["v_x", "rho", "v_y"] });
    expect(read.description).toMatchObject({
      experiment: "flow/a b",
      split,
      vectors: [{ channels: ["v_y", "v_x"], axes: [0, 1] }],
      grid: { shape: [4, 6], boundary: ["wall", "periodic"] },
      frameInterval: 0.5,
      frames: 3,
      trajectories: 2,
    });
    expect(read.description.grid.extent.map(Math.fround)).toEqual([1, 3]);
    const viscosity = Math.fround(0.01);
    expect(read.description.parameters).toEqual({ viscosity: [viscosity, viscosity] });
    for (const i of [0, 1]) {
      expect(await read.readFrames(i, 0, 3)).toEqual(await store.readFrames(i, 0, 3));
    }
  }
  expect(await readdir(join(dir, "base", "data"))).toEqual(["test", "train", "valid"]);
  expect(await readdir(join(dir, "base", "data", "valid"))).toEqual(["flow_a_b.hdf5"]);
});

test("booleans, texts and whole numbers are of the types that h5py gives them", async () => {
  const own = await openHdf5(await writeWell(await storeOf(), dir));
  const theirs = await openHdf5(fixture("well/data/test/fixture_a.hdf5"));
  const library = await hdf5Writer();
  const typesIn = (path: string) => {
    const file = new library.File(path, "r");
    const typeOf = (object: string, name: string) => {
      const attribute = (file.get(object) as Group).attrs[name];
      if (attribute === undefined) return null;
      const { type, size, signed, vlen, cset, shape } = attribute.metadata;
      return { type, size, signed, vlen, cset, rank: shape?.length };
    };
    const types = [
      typeOf("/", "simulation_parameters"),
      typeOf("/", "n_trajectories"),
      typeOf("/", "dataset_name"),
      typeOf("dimensions", "spatial_dims"),
      typeOf("dimensions/x", "sample_varying"),
      typeOf("boundary_conditions/x_periodic", "associated_fields"),
      typeOf("t1_fields", "field_names"),
    ];
    const { type, size } = (file.get("boundary_conditions/x_periodic/mask") as Dataset).metadata;
    file.close();
    return [...types, { type, size }];
  };
  expect(typesIn(own.path)).toEqual(typesIn(theirs.path));
  expect(await own.attribute("t1_fields/v", "dim_varying")).toEqual([1, 1]);
});

test("stats.yaml has the format's six statistics, those of two passes", async () => {
  const store = await storeOf();
  await writeWell(store, dir);
  const statistics = parse(await readFile(join(dir, "stats.yaml"), "utf8"));
  const [first, second] = [await store.readFrames(0, 0, 3), await store.readFrames(1, 0, 3)];
  const of = (c: number, change: boolean) => {
    const values = [first, second].flatMap((all) => {
      const own = [...all.filter((_, i) => i % 3 === c)];
      return change ? own.slice(24).map((value, i) => value - (own[i] as number)) : own;
    });
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / values.length;
    const rms = Math.sqrt(values.reduce((sum, one) => sum + one ** 2, 0) / values.length);
    return { mean, std: Math.sqrt(variance), rms };
  };
  for (const kind of ["mean", "std", "rms"] as const) {
    expect(statistics[kind].rho).toBeCloseTo(of(1, false)[kind], 12);
    expect(statistics[`${kind}_delta`].rho).toBeCloseTo(of(1, true)[kind], 12);
    expect(statistics[kind].v[0]).toBeCloseTo(of(2, false)[kind], 12);
    expect(statistics[`${kind}_delta`].v[1]).toBeCloseTo(of(0, true)[kind], 12);
  }
  // PyYAML takes 1e-7 for a text, and 1.0e-7 for a number.
  expect(await readFile(join(dir, "stats.yaml"), "utf8")).toMatch(/"rho": -?\d\.\d+e[+-]\d+\n/u);
});

test("a symmetric tensor is written with all its components and read again as one tensor", async () => {
  const store = await storeOf({
    channels: ["stress_xx", "p", "stress_xy", "stress_yy"],
    vectors: [],
    tensors: [
      {
        channels: [
          ["stress_xx", "stress_xy"],
          ["stress_xy", "stress_yy"],
        ],
        axes: [1, 0],
      },
    ],
  });
  await writeWell(store, dir);
  const names = ["stress_xx", "p", "stress_xy", "stress_yy"];
  const read = await openData(dir, { split: "train", channels: [...names, "stress_yx"] });
  // The axes of the file are named in array order, y before x.
  expect(read.description.tensors).toEqual([
    {
      channels: [
        ["stress_yy", "stress_yx"],
        ["stress_xy", "stress_xx"],
      ],
      axes: [0, 1],
    },
  ]);
  const written = await store.readFrames(1, 0, 3);
  const values = await read.readFrames(1, 0, 3);
  for (const [i, value] of values.entries()) {
    const [point, c] = [Math.floor(i / 5), i % 5];
    expect(value).toBe(written[point * 4 + (c === 4 ? 2 : c)]);
  }
  expect(read.normalisation?.mean[2]).toBe(read.normalisation?.mean[4]);
});

test("without a component for each axis a vector's channels are scalar fields", async () => {
  const store = await storeOf({
    channels: ["vx", "vy", "vz"],
    vectors: [{ channels: ["vx", "vy", "vz"], axes: [1, 0, null] }],
  });
  const file = await openHdf5(await writeWell(store, dir));
  expect(await file.attribute("t0_fields", "field_names")).toEqual(["vx", "vy", "vz"]);
  expect(await file.names("t1_fields")).toEqual([]);
});

test("data of another format become The Well's, with the parameters and times of each trajectory", async () => {
  const source = await openData(fixture("well"), {
    split: "train",
    channels: ["density"],
    frameInterval: 1,
  });
  await writeWell(source, dir);
  const read = await openData(dir, { split: "train", frameInterval: 1 });
  expect(read.description.parameters).toEqual(source.description.parameters);
  for (let i = 0; i < source.trajectories; i++) {
    expect(await read.readFrames(i, 0, 3)).toEqual(await source.readFrames(i, 0, 3));
  }
  await expect(writeWell(await openData(fixture("pdebench_periodic.hdf5")), dir)).rejects.toThrow(
    'the split "all"',
  );
});

test("a file of the same store is kept; other values, a longer store, lost statistics or damage make it anew", async () => {
  const store = await storeOf();
  const path = await writeWell(store, dir);
  const written = async (again: TrajectoryStore) => {
    let frames = 0;
    await writeWell(again, dir, { onFrame: () => frames++ });
    return frames;
  };
  expect(await written(store)).toBe(0);
  const changed: TrajectoryStore = {
    ...store,
    readFrames: async (...which) => (await store.readFrames(...which)).map((value) => 2 * value),
  };
  expect(await written(changed)).toBe(6);
  expect(await written(changed)).toBe(0);
  expect(await written(store)).toBe(6);
  await rm(join(dir, "stats.yaml"));
  expect(await written(store)).toBe(6);
  await truncate(path, 1000);
  expect(await written(store)).toBe(6);
  expect(await written(await storeOf({ trajectories: 3 }))).toBe(9);
  expect(await written(store)).toBe(6);
});

test("nothing is written through a link in place of the data or of a split", async () => {
  const store = await storeOf();
  const [base, outside] = [join(dir, "well"), join(dir, "outside")];
  await mkdir(join(outside, "train"), { recursive: true });
  await mkdir(base);
  await symlink(outside, join(base, "data"));
  await expect(writeWell(store, base)).rejects.toThrow("well/data is a link");
  await rm(join(base, "data"));
  await mkdir(join(base, "data"));
  await symlink(join(outside, "train"), join(base, "data", "train"));
  await expect(writeWell(store, base)).rejects.toThrow("data/train is a link");
  expect(await readdir(outside, { recursive: true })).toEqual(["train"]);
});

test("a stop or a damaged frame leaves no file, and what a killed process left goes", async () => {
  const store = await storeOf();
  const stop = new AbortController();
  const options = { signal: stop.signal, onFrame: () => stop.abort() };
  await expect(writeWell(store, dir, options)).rejects.toThrow("aborted");
  expect(await readdir(join(dir, "data", "train"))).toEqual([]);
  await truncate(join(dir, "train-2.zarr/trajectories/000001/c.1.0.0.0"), 9);
  const error = await writeWell(store, dir).catch((thrown: unknown) => thrown);
  expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
  expect(await readdir(join(dir, "data", "train"))).toEqual([]);
  expect(await readdir(dir)).not.toContain("stats.yaml");

  await writeFile(join(dir, "data", "train", ".partial-flow_a_b.hdf5-killed"), "half");
  await writeFile(join(dir, ".partial-stats.yaml-killed"), "half");
  await writeWell(await storeOf({ trajectories: 1 }), dir);
  expect((await readdir(dir)).filter((name) => name.startsWith("."))).toEqual([]);
  expect(await readdir(join(dir, "data", "train"))).toEqual(["flow_a_b.hdf5"]);
});

test("values lie in one piece per field: the file is as long as they are and its metadata", async () => {
  const shape = [16, 16, 16];
  const store = await storeOf({
    channels: ["u", "v", "w", "p"],
    vectors: [{ channels: ["u", "v", "w"], axes: [2, 1, 0] }],
    grid: { shape, extent: [1, 1, 1], boundary: ["wall", "periodic", "periodic"] },
    trajectories: 1,
  });
  const path = await writeWell(store, dir);
  const values = 3 * 16 ** 3 * 4 * 4;
  const { size } = await stat(path);
  expect(size).toBeGreaterThan(values);
  expect(size).toBeLessThan(values + 16_384);
  const read = await openData(path, { channels: ["u_v_w_x", "u_v_w_y", "u_v_w_z", "p"] });
  expect(await read.readFrames(0, 0, 3)).toEqual(await store.readFrames(0, 0, 3));
});

test("trajectories of unequal length are refused with what to do, and nothing is written", async () => {
  const uneven = { ...description, frames: 3, lengths: [3, 2] };
  const folder = join(dir, "uneven.zarr");
  const writer = await createTrajectoryStore(folder, uneven);
  await writer.write(0, trajectory(0, uneven));
  await writer.write(1, trajectory(1, { ...uneven, frames: 2 }));
  const store = await openTrajectoryStore(folder);
  await expect(writeWell(store, join(dir, "well"))).rejects.toThrow(
    "trajectories of 2 to 3 frames do not fit into one array",
  );
  expect(await readdir(dir)).toEqual(["uneven.zarr"]);
  const part = await openData(folder, { frames: 2 });
  expect(part.description.lengths).toBeUndefined();
  await writeWell(part, join(dir, "well"));
  const again = await openData(join(dir, "well"), { split: "train" });
  expect(await again.readFrames(0, 0, 2)).toHaveLength(2 * 4 * 6 * 3);
});
