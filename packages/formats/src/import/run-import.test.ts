import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { openTrajectoryStore } from "@eddyflow/datasets";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fixture } from "../open-data.test.helpers.ts";
import { openData } from "../open-data.ts";
import type { ImportOptions } from "./import-options.ts";
import { type Split, splits } from "./import-source.ts";
import { planImport } from "./plan-import.ts";
import { runImport } from "./run-import.ts";
import { surveyPlan } from "./survey-plan.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-import-"));
  const files = JSON.parse(await readFile(fixture("own/zarrs.json"), "utf8"));
  for (const [name, text] of Object.entries(files as Record<string, string>)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), Buffer.from(text, "base64"));
  }
});
afterAll(() => rm(dir, { recursive: true }));

const here = (name: string) => (name.endsWith(".zarr") ? join(dir, name) : fixture(`own/${name}`));
let count = 0;

async function imported(options: Omit<ImportOptions, "boundary"> & { boundary?: string }) {
  const out = join(dir, `out${count++}`);
  const plan = await planImport({ boundary: "periodic,wall", ...options });
  await runImport(plan, await surveyPlan(plan), out);
  const store = (split: Split) => openTrajectoryStore(join(out, `${split}.zarr`));
  return {
    out,
    plan,
    stores: {
      train: await store("train"),
      test: await store("test"),
      validation: await store("validation"),
    },
  };
}

/** Which trajectory goes where, of six: every third of the list from the back is held out. */
const parts = { train: [0, 1, 3, 4], validation: [5], test: [2] } as const;

/** What make-own.py put where. */
const value = (n: number, time: number, y: number, x: number, c: number) =>
  64 * n + 16 * time + 4 * y + x + c / 2;

const axes = "trajectory,time,y,x,channel";
const plainAxes = "trajectory,time,y,x";
const channels = "vx,vy,p";

test.for<
  [name: string, options: Partial<ImportOptions>, channels: readonly number[], scale?: number]
>([
  ["c.npy", { axes, channels }, [0, 1, 2]],
  ["fortran.npy", { axes, channels }, [0, 1, 2]],
  ["big-endian.npy", { axes, channels }, [0, 1, 2]],
  ["half.npy", { axes, channels }, [0, 1, 2]],
  ["double-fortran.npy", { axes, channels }, [0, 1, 2]],
  ["int16.npy", { axes, channels }, [0, 1, 2], 2],
  ["int64.npy", { axes, channels }, [0, 1, 2], 2],
  ["channels-first.npy", { axes: "trajectory,channel,time,y,x", channels }, [0, 1, 2]],
  ["plain.npz", { axes: plainAxes, channels }, [0, 1, 2]],
  ["packed.npz", { axes: plainAxes, datasets: ["p", "vx"] }, [2, 0]],
  ["flow.h5", { axes, datasets: ["velocity", "pressure"], channels }, [0, 1, 2]],
  ["flow.h5", { axes: plainAxes, datasets: ["half"] }, [2]],
  ["v2-c.zarr", { axes, channels }, [0, 1, 2]],
  ["v2-f.zarr", { axes, channels }, [0, 1, 2]],
  ["v2-big.zarr", { axes, channels }, [0, 1, 2]],
  ["v3-c.zarr", { axes, channels }, [0, 1, 2]],
  ["v3-half.zarr", { axes, channels }, [0, 1, 2]],
  ["v3-transpose.zarr", { axes, channels }, [0, 1, 2]],
  ["dataset.zarr", { channels }, [0, 1, 2]],
])(
  "%s becomes stores with every value that Python wrote",
  async ([name, options, wanted, scale = 1]) => {
    const { stores } = await imported({ files: [here(name)], ...options });
    for (const split of splits) {
      const { description, readFrames } = stores[split];
      expect(description.grid.shape).toEqual([4, 4]);
      for (const [index, n] of parts[split].entries()) {
        const expected = Array.from({ length: 4 * 16 * wanted.length }, (_, i) => {
          const [c, point] = [i % wanted.length, Math.floor(i / wanted.length)];
          const [x, y, time] = [point % 4, Math.floor(point / 4) % 4, Math.floor(point / 16)];
          return scale * value(n, time, y, x, wanted[c] as number);
        });
        expect(Array.from(await readFrames(index, 0, 4))).toEqual(expected);
      }
    }
  },
);

test("channels in files of their own are told by the words in the names", async () => {
  const files = ["p", "vx", "vy"].map((name) => here(`${name}.npy`));
  const { stores } = await imported({ files, channels, axes: "trajectory,time,y,x" });
  expect(stores.train.description).toMatchObject({
    channels: ["vx", "vy", "p"],
    vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
  });
  const frame = await stores.test.readFrames(0, 3, 1);
  expect(Array.from(frame.subarray(3, 6))).toEqual([0, 1, 2].map((c) => value(2, 3, 0, 1, c)));
});

test("one trajectory a file, of unequal length, keeps its own frames", async () => {
  const files = [0, 1, 2, 3].map((n) => here(`run${n}.npy`));
  const splits = "train=run0.npy,run2.npy,validation=run1.npy,test=3";
  const { stores } = await imported({ files, channels, axes: "time,y,x,channel", splits });
  expect(stores.train.description).toMatchObject({ frames: 5, lengths: [3, 5] });
  expect(stores.test.description.lengths).toBeUndefined();
  const frame = await stores.train.readFrames(1, 4, 1);
  expect(frame[0]).toBe(value(2, 4, 0, 0, 0));
});

test("a group of HDF5 for each trajectory is found by a pattern", async () => {
  const { stores } = await imported({
    files: [here("groups.h5")],
    datasets: ["sims/*/u"],
    axes: "time,y,x",
    splits: "train=0,1,validation=2,test=3",
  });
  expect(stores.train.description).toMatchObject({ channels: ["u"], lengths: [3, 4] });
  expect((await stores.test.readFrames(0, 3, 1))[5]).toBe(value(3, 3, 1, 1, 0));
});

test("NetCDF says axes, box, time and units itself", async () => {
  const files = Array.from({ length: 6 }, (_, n) => here(`nc${n}.nc`));
  const { plan, stores } = await imported({ files });
  expect(plan.axes).toEqual(["y", "x"]);
  expect(plan.units).toEqual(["m s-1", "m s-1"]);
  expect(stores.train.description).toMatchObject({
    channels: ["u", "v"],
    vectors: [{ channels: ["u", "v"], axes: [1, 0] }],
    grid: { shape: [4, 4], extent: [1, 2], boundary: ["periodic", "wall"] },
  });
  expect(stores.train.description.frameInterval).toBeCloseTo(0.1, 12);
  expect((await stores.test.readFrames(0, 1, 1))[3]).toBe(value(2, 1, 0, 1, 1));
});

test("what stands beside the fields becomes parameters of the trajectories, and the step of time", async () => {
  const { stores } = await imported({ files: [here("plain.npz")], axes: plainAxes, channels });
  expect(stores.train.description.parameters).toEqual({ nu: [0, 1, 3, 4].map((n) => n / 8) });
  expect(stores.train.description.frameInterval).toBe(0.1);
});

test("one long trajectory is cut in time, and says so", async () => {
  const { plan, stores } = await imported({
    files: [here("line.npy")],
    axes: "time,y,x",
    channels: "u",
    boundary: "periodic",
  });
  expect(plan.assumed.join()).toContain("the one trajectory is cut in time");
  const { train, validation, test } = stores;
  expect([train, validation, test].map(({ description }) => description.frames)).toEqual([2, 2, 2]);
  // Axis 0 is that of the trajectories where it was made, axis 1 their time.
  expect((await test.readFrames(0, 1, 1))[5]).toBe(value(5, 1, 0, 1, 0));
});

test("data of PDEBench are imported as their own reader sees them", async () => {
  const pdebench = await imported({
    files: [fixture("pdebench_periodic.hdf5")],
    boundary: "periodic,periodic",
  });
  expect(pdebench.stores.train.description).toMatchObject({
    channels: ["density", "pressure", "Vx", "Vy"],
    trajectories: 10,
  });
  const all = await openData(fixture("pdebench_periodic.hdf5"));
  const at = pdebench.plan.parts.test[0]?.where.split(" ").at(-1);
  expect(await pdebench.stores.test.readFrames(0, 0, 3)).toEqual(
    await all.readFrames(Number(at), 0, 3),
  );
});

test("data of The Well are imported as their own reader sees them, all splits together", async () => {
  const well = { files: [fixture("well")], dt: 1 };
  await expect(imported({ files: well.files })).rejects.toThrow("give --dt 1 to count in frames");
  const { stores } = await imported({ ...well, boundary: "periodic" });
  const own = await openData(fixture("well"), {
    split: "train",
    frameInterval: 1,
    boundary: ["periodic", "periodic"],
  });
  // Of the other splits the files say one interval only.
  const { frameInterval: _, ...parameters } = own.description.parameters ?? {};
  expect(stores.train.description.parameters).toEqual(parameters);
  expect(stores.train.description).toMatchObject({
    channels: own.description.channels,
    vectors: own.description.vectors,
  });
  expect(await stores.train.readFrames(1, 0, 3)).toEqual(await own.readFrames(1, 0, 3));
});

test("an import that stopped half-way goes on, and refuses values that are others by then", async () => {
  const out = join(dir, "stopped");
  const files = [join(dir, "own.npy")];
  await cp(here("c.npy"), files[0] as string);
  const options = { files, axes, channels, boundary: "periodic,wall" };
  const plan = await planImport(options);
  const survey = await surveyPlan(plan);
  const controller = new AbortController();
  let frames = 0;
  const stopping = runImport(plan, survey, out, {
    signal: controller.signal,
    onFrame: () => {
      if (++frames === 6) controller.abort();
    },
  });
  await expect(stopping).rejects.toThrow();
  expect(await readdir(join(out, "train.zarr/trajectories"))).toEqual(["000000", "zarr.json"]);
  expect(await readdir(out)).not.toContain("experiment.ts");
  await expect(openTrajectoryStore(join(out, "train.zarr"))).rejects.toThrow("is missing");
  expect(await runImport(plan, survey, out)).toEqual({ kept: 1, hasOwnExperiment: false });
  const store = await openTrajectoryStore(join(out, "train.zarr"));
  expect((await store.readFrames(3, 3, 1))[0]).toBe(value(4, 3, 0, 0, 0));
  expect(store.normalisation).not.toBeNull();
  await cp(here("half.npy"), files[0] as string);
  const bytes = await readFile(files[0] as string);
  bytes.writeUInt16LE(0x3c00, bytes.length - 2);
  await writeFile(files[0] as string, bytes);
  const changed = await planImport(options);
  await expect(runImport(changed, await surveyPlan(changed), out)).rejects.toThrow("sha256");
});

test("a field that is damaged is not left out without a word, and others can be named", async () => {
  const files = [join(dir, "damaged.zarr")];
  await cp(here("dataset.zarr"), files[0] as string, { recursive: true });
  await rm(join(files[0] as string, "vx/c/3"), { recursive: true });
  await expect(imported({ files })).rejects.toThrow(
    /vx was never written in full: c\/3\/0\/0\/0 is missing;.*, or name the arrays that are wanted by --dataset/u,
  );
  const { stores } = await imported({ files, datasets: ["vy", "p"] });
  expect(stores.train.description.channels).toEqual(["vy", "p"]);
});
