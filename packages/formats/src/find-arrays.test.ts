import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findArrays } from "./find-arrays.ts";
import { openArray } from "./open-array.ts";
import { fixture } from "./open-data.test.helpers.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-found-"));
  const files = JSON.parse(await readFile(fixture("own/zarrs.json"), "utf8"));
  for (const [name, text] of Object.entries(files as Record<string, string>)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), Buffer.from(text, "base64"));
  }
});
afterAll(() => rm(dir, { recursive: true }));

/** What make-own.py put where, `[6, 4, 4, 4, channels]`. */
const flow = (channels = 3, scale = 1) =>
  Array.from({ length: 6 * 4 * 16 * channels }, (_, i) => {
    const [c, point] = [i % channels, Math.floor(i / channels)];
    const [x, y, time] = [point % 4, Math.floor(point / 4) % 4, Math.floor(point / 16) % 4];
    return scale * (64 * Math.floor(point / 64) + 16 * time + 4 * y + x + c / 2);
  });

const here = (name: string) => (name.endsWith(".zarr") ? join(dir, name) : fixture(`own/${name}`));

test.for([
  ["c.npy", "float32", 1],
  ["fortran.npy", "float32, first axis fastest", 1],
  ["big-endian.npy", "big-endian float32", 1],
  ["half.npy", "float16", 1],
  ["double-fortran.npy", "big-endian float64, first axis fastest", 1],
  ["int16.npy", "int16", 2],
  ["int64.npy", "int64", 2],
  ["v2-c.zarr", "float32", 1],
  ["v2-f.zarr", "float32", 1],
  ["v2-big.zarr", "float16", 1],
  ["v3-c.zarr", "float32", 1],
  ["v3-half.zarr", "float16", 1],
  ["v3-transpose.zarr", "float32", 1],
] as const)(
  "%s is %s, read as Python wrote it, whole and in any part",
  async ([name, type, scale]) => {
    const array = await openArray(here(name));
    expect(array.shape).toEqual([6, 4, 4, 4, 3]);
    expect(array.type).toBe(type);
    const all = flow(3, scale);
    expect(Array.from(await array.read())).toEqual(all);
    expect(Array.from(await array.read([2]))).toEqual(all.slice(2 * 192, 3 * 192));
    expect(Array.from(await array.read([2, 3]))).toEqual(all.slice(2 * 192 + 144, 3 * 192));
    const ofTime = await array.read([null, 1, null, null, 2]);
    expect(Array.from(ofTime)).toEqual(
      all.filter((_, i) => i % 3 === 2 && Math.floor(i / 48) % 4 === 1),
    );
  },
);

test.for(["plain.npz", "packed.npz"])("every array of %s is found by its name", async (name) => {
  const found = await findArrays(here(name));
  expect(found.map((one) => one.name)).toEqual(["vx", "vy", "p", "t", "dt", "nu"]);
  expect(found.map(({ array }) => array?.shape)).toEqual([
    ...Array.from({ length: 3 }, () => [6, 4, 4, 4]),
    [4],
    [],
    [6],
  ]);
  const vy = await openArray(here(name), { dataset: "vy" });
  expect(Array.from(await vy.read())).toEqual(flow().filter((_, i) => i % 3 === 1));
  expect(Array.from((await found[4]?.array?.read()) ?? [])).toEqual([0.1]);
});

test("HDF5 with big-endian numbers, half floats and texts is listed, each with its type", async () => {
  const found = await findArrays(here("flow.h5"));
  expect(Object.fromEntries(found.map(({ name, array }) => [name, array?.type]))).toEqual({
    velocity: "float32",
    pressure: "big-endian float32",
    half: "float16",
    label: undefined,
    ...{ t: "float64", x: "float64", y: "float64" },
  });
  expect(found.find(({ name }) => name === "label")?.problem?.message).toContain("is of type");
  const pressure = flow().filter((_, i) => i % 3 === 2);
  for (const dataset of ["pressure", "half"]) {
    const array = await openArray(here("flow.h5"), { dataset });
    expect(Array.from(await array.read())).toEqual(pressure);
    expect(Array.from(await array.read([null, 1, 2]))).toEqual(
      pressure.filter((_, i) => Math.floor(i / 16) % 4 === 1 && Math.floor(i / 4) % 4 === 2),
    );
  }
});

test("the names of axes come with the arrays of NetCDF and of Zarr, groups in groups are found", async () => {
  const nc = await findArrays(here("nc0.nc"));
  const u = nc.find(({ name }) => name === "u")?.array;
  expect(u?.axes).toEqual(["time", "lat", "lon"]);
  expect(await u?.attribute("units")).toEqual(["m s-1"]);
  const zarr = await findArrays(here("dataset.zarr"));
  expect(zarr.map(({ name }) => name)).toEqual(["p", "time", "vx", "vy", "x", "y"]);
  expect(zarr[0]?.array?.axes).toEqual(["sample", "time", "y", "x"]);
  const groups = await findArrays(here("groups.h5"));
  expect(groups.map(({ name }) => name)).toEqual([0, 1, 2, 3].map((n) => `sims/${n}/u`));
});

test("a link in a group of Zarr is named and not followed, and an unknown format is refused", async () => {
  await symlink("/", join(dir, "dataset.zarr", "outside"));
  const found = await findArrays(join(dir, "dataset.zarr"));
  await rm(join(dir, "dataset.zarr", "outside"));
  const link = found.find(({ name }) => name === "outside");
  expect(link?.array).toBeNull();
  expect(link?.problem?.message).toContain("outside is a link");
  await writeFile(join(dir, "notes.txt"), "text");
  await expect(findArrays(join(dir, "notes.txt"))).rejects.toThrow("is of an unknown format");
  await expect(findArrays(join(dir, "absent.npy"))).rejects.toThrow("is missing");
});
