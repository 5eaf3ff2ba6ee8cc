import { copyFile, cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTrajectoryStore } from "@eddyflow/datasets";
import type { File, GuessableDataTypes } from "h5wasm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { expectValues, failure, fixture, hdf5Writer, value } from "./open-data.test.helpers.ts";
import { openData } from "./open-data.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-formats-"));
});
afterAll(() => rm(dir, { recursive: true }));

test("The Well: fields of each order, missing axes and vectors come as channels", async () => {
  const store = await openData(fixture("well"), { split: "test" });
  const { description } = store;
  expect(description.channels).toEqual(
    "density profile velocity_x velocity_y stress_xx stress_xy stress_yx stress_yy".split(" "),
  );
  expect(description).toMatchObject({
    experiment: "fixture",
    split: "test",
    vectors: [{ channels: ["velocity_x", "velocity_y"], axes: [0, 1] }],
    tensors: [
      {
        channels: [
          ["stress_xx", "stress_xy"],
          ["stress_yx", "stress_yy"],
        ],
        axes: [0, 1],
      },
    ],
    grid: { shape: [4, 6], extent: [2, 1.5], boundary: ["periodic", "wall"] },
    frameInterval: 0.5,
    frames: 3,
    trajectories: 2,
  });
  await expectValues(store, ({ sample, frame, i, j, c }) => {
    if (c === 0) return value(sample, frame, i, j);
    if (c === 1) return value(sample, frame, 0, j);
    if (c <= 3) return value(sample, frame, i, j, c - 2) + 0.5;
    return value(sample, frame, i, j, c - 4);
  });
  expect(description.parameters).toEqual({ Atwood: [0.5, 0.5], phase: [0.25, 0.75] });
});

test("The Well: stats.yaml is the normalisation, deviations at least 1e-4", async () => {
  const store = await openData(fixture("well"), {
    split: "test",
    channels: ["velocity_y", "density"],
  });
  expect(store.normalisation).toEqual({
    channels: ["velocity_y", "density"],
    mean: [0, 4],
    std: [1e-4, 2],
  });
  const all = await openData(join(fixture("well"), "data", "test"));
  expect(all.normalisation?.mean).toEqual([4, 3, 1, 0, 1, 2, 3, 4]);
});

test("trajectories of different frame intervals are refused, unless an interval is given: each keeps its own then", async () => {
  const options = { split: "train", channels: ["density", "depth"] } as const;
  expect(await failure("DataError", fixture("well"), options)).toMatch(
    /the frames of trajectory 3 \(.*fixture_b.h5\) are 1 apart, those of trajectory 0 0.5; expected one/u,
  );
  const store = await openData(fixture("well"), { ...options, frameInterval: 1 });
  expect(store.trajectories).toBe(4);
  expect(store.description.frameInterval).toBe(1);
  expect(store.description.parameters?.["frameInterval"]).toEqual([0.5, 0.5, 0.5, 1]);
  await expectValues(store, ({ sample, frame, i, j, c }) =>
    c === 0 ? value(sample % 2, frame, i, j) : value(0, 0, i, j),
  );
});

test("The Well: its own dummy file is read", async () => {
  const store = await openData(fixture("well-dummy.hdf5"));
  expect(store.description).toMatchObject({
    channels: ["field_x", "field_y"],
    frames: 10,
    trajectories: 2,
    grid: { shape: [8, 8], boundary: ["periodic", "periodic"] },
  });
  await expectValues(
    store,
    ({ sample, frame, i, j, c }) => ((((sample * 10 + frame) * 8 + i) * 8 + j) * 2 + c) / 8,
  );
  expect(store.description.parameters).toEqual({ a: [0.25, 0.25], b: [0.75, 0.75] });
});

test("PDEBench: four fields in the order of its reader, the fields' number of times", async () => {
  const store = await openData(fixture("pdebench_periodic.hdf5"));
  expect(store.description).toMatchObject({
    experiment: "pdebench_periodic",
    channels: ["density", "pressure", "Vx", "Vy"],
    vectors: [{ channels: ["Vx", "Vy"], axes: [0, 1] }],
    grid: { shape: [4, 6], boundary: ["periodic", "periodic"] },
    frameInterval: 0.0625,
    frames: 3,
    trajectories: 12,
  });
  expect(store.description.grid.extent.map((length) => Math.fround(length))).toEqual([1, 1]);
  const { parameters = {} } = store.description;
  expect(Object.entries(parameters).map(([name, values]) => [name, values[11]])).toEqual([
    ["eta", 1e-8],
    ["zeta", 1e-8],
    ["M", 0.1],
  ]);
  await expectValues(store, ({ sample, frame, i, j, c }) => value(sample, frame, i, j, c));
});

test("PDEBench: the first tenth is tested on, the next validated, the rest trained on", async () => {
  const first = { test: 0, validation: 1, train: 2 };
  for (const split of ["test", "validation", "train"] as const) {
    const store = await openData(fixture("pdebench_periodic.hdf5"), { split });
    expect(store.trajectories).toBe(split === "train" ? 10 : 1);
    await expectValues(store, ({ sample, frame, i, j, c }) =>
      value(first[split] + sample, frame, i, j, c),
    );
  }
});

test("PDEBench: a file whose name says neither periodic nor trans needs the option boundary", async () => {
  for (const [name, boundary] of [
    ["2D_CFD_Rand_M0.1_Train", null],
    ["2D_CFD_periodicity_M0.1_Train", null],
    ["2D_CFD_M0.1_trans_Train", ["wall", "wall"]],
  ] as const) {
    const path = join(dir, `${name}.hdf5`);
    await copyFile(fixture("pdebench_periodic.hdf5"), path);
    if (boundary === null) {
      expect(await failure("ArgumentError", path)).toContain(
        `${path} does not say what happens at its boundaries; expected the option boundary, 2 times "periodic" or "wall"`,
      );
    }
    const store = await openData(path, boundary === null ? { boundary: ["wall", "periodic"] } : {});
    expect(store.description.grid.boundary).toEqual(boundary ?? ["wall", "periodic"]);
  }
});

test("splits are cut over all files: each gives its first trajectories to test on, and every trajectory is in one split", async () => {
  const folder = join(dir, "three");
  await mkdir(folder);
  for (const name of ["a", "b", "c"]) {
    await copyFile(fixture("pdebench_periodic.hdf5"), join(folder, `${name}_periodic.hdf5`));
  }
  // Of 36 trajectories, 12 in each file, 3 are a tenth.
  const taken = { test: [0, 12, 24], validation: [1, 13, 25], train: [] as number[] };
  for (let i = 0; i < 36; i++) if (i % 12 > 1) taken.train.push(i);
  for (const split of ["test", "validation", "train"] as const) {
    const store = await openData(folder, { split });
    expect(store.splits).toEqual({ train: 30, validation: 3, test: 3 });
    expect(store.trajectories).toBe(taken[split].length);
    await expectValues(store, ({ sample, frame, i, j, c }) =>
      value((taken[split][sample] as number) % 12, frame, i, j, c),
    );
  }
});

test("channels, trajectories, a time stride and what files do not say are options", async () => {
  const store = await openData(fixture("pdebench_periodic.hdf5"), {
    channels: ["Vy", "density"],
    trajectories: [7, 3],
    timeStride: 2,
    extent: [2, 3],
    boundary: ["wall", "periodic"],
  });
  expect(store.description).toMatchObject({
    channels: ["Vy", "density"],
    grid: { extent: [2, 3], boundary: ["wall", "periodic"] },
    frames: 2,
    frameInterval: 0.125,
    trajectories: 2,
  });
  expect(store.description.vectors).toEqual([{ channels: ["Vy"], axes: [1] }]);
  await expectValues(store, ({ sample, frame, i, j, c }) =>
    value([7, 3][sample] as number, 2 * frame, i, j, c === 0 ? 3 : 0),
  );
});

test("our own stores are opened by folder and split, in part too", async () => {
  const path = join(dir, "own");
  const writer = await createTrajectoryStore(join(path, "train.zarr"), {
    experiment: "waves",
    split: "train",
    channels: ["vx", "vy", "p"],
    vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
    grid: { shape: [4, 6], extent: [1, 2], boundary: ["periodic", "wall"] },
    frameInterval: 0.5,
    frames: 5,
    trajectories: 2,
    parameters: { viscosity: [0.1, 0.2] },
    recipe: { dt: 0.1 },
    seed: 7,
    observation: { pointStride: 1 },
  });
  const size = 4 * 6 * 3;
  for (const index of [0, 1]) {
    const from = index === 0 ? 100_000 : 0;
    await writer.write(
      index,
      Float32Array.from({ length: 5 * size }, (_, at) => from + at),
    );
  }
  const whole = await openData(path, { split: "train" });
  expect(whole.description.vectors).toEqual([{ channels: ["vx", "vy"], axes: [1, 0] }]);
  const part = await openData(join(path, "train.zarr"), {
    channels: ["vy", "vx"],
    trajectories: [1],
    timeStride: 2,
  });
  expect(part.description).toMatchObject({
    parameters: { viscosity: [0.2] },
    vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
    frames: 3,
    frameInterval: 1,
    seed: 7,
  });
  await expectValues(
    part,
    ({ frame, i, j, c }) => 2 * frame * size + (i * 6 + j) * 3 + (c === 0 ? 1 : 0),
  );
  expect(await failure("ArgumentError", join(path, "train.zarr"), { split: "test" })).toContain(
    "is the train split, not test",
  );
});

test("a store of another version is refused", async () => {
  const path = join(dir, "later");
  await mkdir(path);
  const attributes = { format: "eddyflow-trajectories", version: 5 };
  await writeFile(
    join(path, "zarr.json"),
    JSON.stringify({ zarr_format: 3, node_type: "group", attributes }),
  );
  expect(await failure("DataError", path)).toContain("version 5; expected a version from 1 to 4");
});

test("values in another file are not read, whatever file that is", async () => {
  expect(await failure("DataError", fixture("external.hdf5"))).toContain(
    "external.hdf5: the values of Vx lie in other files; expected values inside the file",
  );
});

test("a file cut anywhere is an error that names it", async () => {
  const whole = await readFile(fixture("pdebench_periodic.hdf5"));
  const path = join(dir, "cut.hdf5");
  for (const bytes of [9, 100, 1000, whole.length / 2, whole.length - 1]) {
    await writeFile(path, whole.subarray(0, bytes));
    expect(await failure("DataError", path)).toContain(path);
  }
  await writeFile(path, "no data at all");
  expect(await failure("DataError", path)).toContain("unknown format");
  await truncate(path, 0);
  expect(await failure("DataError", path)).toContain("unknown format");
  expect(await failure("DataError", join(dir, "absent"))).toContain("is missing");
});

const shape = [3, 2, 4, 6];
const flow = () => ({ data: new Float32Array(3 * 2 * 4 * 6), shape });
const line = (points: number) => ({
  data: Float32Array.from({ length: points }, (_, i) => i),
  shape: [points],
});

/** A PDEBench file with one thing wrong, made with the library that reads it. */
async function broken(
  name: string,
  wrong: Readonly<Record<string, { data: GuessableDataTypes; shape: number[] } | null>>,
  change: (file: File) => void = () => undefined,
) {
  const library = await hdf5Writer();
  const path = join(dir, `${name}_periodic.hdf5`);
  const file = new library.File(path, "w");
  const fields = { density: flow(), pressure: flow(), Vx: flow(), Vy: flow() };
  const axes = { "x-coordinate": line(4), "y-coordinate": line(6), "t-coordinate": line(2) };
  for (const [field, content] of Object.entries({ ...fields, ...axes, ...wrong })) {
    if (content !== null) file.create_dataset({ name: field, ...content });
  }
  change(file);
  file.close();
  return path;
}

test("a value that is not finite is named by file, dataset and index", async () => {
  const values = flow();
  values.data[24 * (2 * 1 + 1) + 5] = Number.NaN;
  const path = await broken("nan", { Vy: values });
  expect(await failure("DataError", path)).toContain(
    `${path}: Vx, Vy[1, 1] is NaN at position 29, which is Vy at [0, 5] of frame 1 of trajectory 1; expected finite values`,
  );
  const store = await openData(path, { channels: ["density", "Vx"] });
  expect(await store.readFrames(1, 0, 2)).toHaveLength(2 * 24 * 2);
});

test("a value of float64 beyond float32 is named by file, dataset and index, not read as infinity", async () => {
  const { data, shape } = flow();
  const values = Float64Array.from(data);
  values[24 * (2 * 1 + 1) + 5] = 1e39;
  const path = await broken("large", { pressure: { data: values, shape } });
  expect(await failure("DataError", path)).toContain(
    `${path}: pressure[1, 1] is 1e+39 at position 5, which is pressure at [0, 5] of frame 1 of trajectory 1; expected values that a float32 holds`,
  );
});

test.for([
  {
    name: "missing field",
    wrong: { pressure: null },
    message: "pressure is missing",
  },
  {
    name: "shape of another field",
    wrong: { Vy: { data: new Float32Array(3 * 2 * 4 * 5), shape: [3, 2, 4, 5] } },
    message: "Vy has the shape [3, 2, 4, 5]; expected [3, 2, 4, 6] as density has",
  },
  {
    name: "texts",
    wrong: { pressure: { data: ["1.0", "2.0"], shape: [2] } },
    message: 'pressure is of type "S"; expected numbers, such as float32',
  },
  {
    name: "short coordinate",
    wrong: { "x-coordinate": line(3) },
    message: "x-coordinate has 3 values; expected 4",
  },
  {
    name: "time that stands still",
    wrong: { "t-coordinate": { data: Float32Array.of(1, 1), shape: [2] } },
    message: "t-coordinate: from index 0 to 1 it goes from 1 to 1",
  },
  {
    name: "uneven coordinate",
    wrong: { "y-coordinate": { data: Float32Array.of(0, 1, 2, 3, 4, 9), shape: [6] } },
    message:
      "y-coordinate: from index 0 to 1 it goes from 0 to 1; expected even steps upwards of 1.8",
  },
])("a file with $name is an error that says so", async ({ name, wrong, message }) => {
  const path = await broken(name, wrong);
  expect(await failure("DataError", path)).toContain(`${path}: ${message}`);
});

test("links, inside or out of the file, are not followed", async () => {
  const outer = await broken("outer", { Vy: null }, (file) =>
    file.create_external_link(fixture("pdebench_periodic.hdf5"), "/Vy", "Vy"),
  );
  expect(await failure("DataError", outer)).toContain("/Vy is a link to");
  const inner = await broken("inner", { Vy: null }, (file) => file.create_soft_link("/Vx", "Vy"));
  expect(await failure("DataError", inner)).toContain("/Vy is a link to /Vx");
});

test("stats of other fields are an error that names file and field", async () => {
  const base = join(dir, "well");
  await cp(fixture("well"), base, { recursive: true });
  const stats = join(base, "stats.yaml");
  await writeFile(stats, "mean: {density: 1, velocity: [1, 2]}\nstd: {density: 1}\n");
  expect(await failure("DataError", base, { split: "test" })).toContain(
    `${stats}: "mean" has no field "profile" (it has density, velocity)`,
  );
  const mean = "mean: {density: 1, profile: 1, velocity: [1, 2, 3], stress: [[1, 1], [1, 1]]}\n";
  await writeFile(stats, mean);
  expect(await failure("DataError", base, { split: "test" })).toContain(
    `${stats}: "mean" of field "velocity" is [1,2,3]; expected 2 finite numbers`,
  );
  const std = "std: {density: -1, profile: 1, velocity: [1, 2], stress: [[1, 1], [1, 1]]}\n";
  await writeFile(stats, `${mean.replace("[1, 2, 3]", "[1, 2]")}${std}`);
  expect(await failure("DataError", base, { split: "test" })).toContain(
    `${stats}: "std" of field "density" is -1; expected 1 finite number, none negative`,
  );
  await writeFile(stats, "mean: {density");
  expect(await failure("DataError", base, { split: "test" })).toContain(`${stats} is damaged`);
});

test("options that do not fit are named with what would", async () => {
  const path = fixture("pdebench_periodic.hdf5");
  expect(await failure("ArgumentError", path, { channels: ["rho"] })).toContain(
    'there is no channel "rho"; expected density, pressure, Vx, Vy',
  );
  expect(await failure("ArgumentError", path, { trajectories: [12] })).toContain("0 … 11");
  expect(await failure("ArgumentError", path, { extent: [1] })).toContain("one positive length");
  expect(await failure("ArgumentError", path, { timeStride: 0 })).toContain("at least 1");
  expect(await failure("DataError", path, { frames: 4 })).toContain("trajectories of 3 frames");
  expect(await failure("ArgumentError", fixture("well"))).toContain("the option split");
});

test("files of other boxes or parameters are refused, each with its name; those of other lengths are kept as they are", async () => {
  const folder = join(dir, "several");
  await mkdir(folder);
  await copyFile(fixture("pdebench_periodic.hdf5"), join(folder, "a_periodic.hdf5"));
  const parameters = (file: File) => {
    for (const name of ["eta", "zeta", "M"]) file.create_attribute(name, Float64Array.of(1), [1]);
  };
  await copyFile(await broken("plain", {}, parameters), join(folder, "b_periodic.hdf5"));
  const options = { frameInterval: 1 } as const;
  expect(await failure("DataError", folder, { ...options, frames: 3 })).toContain(
    "has trajectories of 2 frames; expected at least 3 in each",
  );
  expect(await failure("DataError", folder, options)).toMatch(
    /b_periodic.hdf5 has a box of \[4, 6\]; expected \[1, 1/u,
  );
  const store = await openData(folder, { ...options, extent: [1, 1] });
  expect(store.trajectories).toBe(15);
  expect(store.description).toMatchObject({
    frames: 3,
    lengths: Array.from({ length: 15 }, (_, index) => (index < 12 ? 3 : 2)),
  });
  expect(await store.readFrames(14, 1, 1)).toHaveLength(4 * 6 * 4);
  await expect(store.readFrames(14, 2, 1)).rejects.toThrow("expected frames 0 … 1");
  const halved = await openData(folder, { ...options, extent: [1, 1], timeStride: 2 });
  expect(halved.description.lengths?.slice(11, 13)).toEqual([2, 1]);
  expect(store.description.parameters?.["M"]?.slice(11, 13)).toEqual([0.1, 1]);
  await copyFile(await broken("bare", {}), join(folder, "b_periodic.hdf5"));
  expect(await failure("DataError", folder, { ...options, extent: [1, 1] })).toMatch(
    /trajectory 12 \(.*b_periodic.hdf5\) has no parameter "eta"; expected a number, as trajectory 0/u,
  );
});
