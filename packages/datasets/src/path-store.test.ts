import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isEddyflowError, type Key } from "@eddyflow/core";
import { key, normal, split } from "@eddyflow/random";
import FileSystemStore from "@zarrita/storage/fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { get, open } from "zarrita";
import { openPathStore, type PathStoreDescription, pathBytes } from "./path-store.ts";

let root = "";
let count = 0;
const newFolder = () => join(root, String(count++));
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "eddyflow-paths-"));
});
afterAll(() => rm(root, { recursive: true }));

const grid = { shape: [2, 4], extent: [1, 1], boundary: ["periodic", "periodic"] } as const;
const keys = split(key(7), 6) as readonly Key[];
const description: PathStoreDescription = {
  layout: { grid, channels: ["u", "v"] },
  times: [0.5, 1],
  chunk: 2,
  pairs: [4, 0, 2, 1],
  noise: keys.slice(0, 4),
  madeOf: { teacher: "abc", data: "def", seed: 0, tableau: "midpoint", steps: 2 },
};
const stateSize = 16;
/** Each value says which path, node and position it is from. */
const valuesOf = (file: number) =>
  Float32Array.from(
    { length: 2 * 2 * stateSize },
    (_, i) => 100 * file + Math.floor(i / stateSize) + (i % stateSize) / 100,
  );
const stateOf = (path: number, node: number) => {
  const from = ((path % 2) * 2 + node) * stateSize;
  return valuesOf(Math.floor(path / 2)).subarray(from, from + stateSize);
};
const refusal = async (work: Promise<unknown>) => {
  const error = await work.catch((reason: unknown) => reason);
  expect(isEddyflowError(error)).toBe(true);
  return (error as Error).message;
};

test("states are read as they were written, and the noise is that of its key", async () => {
  const store = await openPathStore(newFolder(), description);
  expect(store.missing).toEqual([0, 1]);
  for (const file of store.missing) await store.write(file, valuesOf(file));
  for (let path = 0; path < 4; path++) {
    expect(await store.read(path, 0.5)).toEqual(stateOf(path, 0));
    expect(await store.read(path, 1)).toEqual(stateOf(path, 1));
    expect(await store.read(path, 0)).toEqual(normal(keys[path] as Key, stateSize));
  }
  expect(pathBytes(description.layout, 2)).toBe(4 * 2 * stateSize);
  expect(await refusal(store.read(0, 0.25))).toMatch(/no state of path 0 at the flow time 0.25/u);
  expect(await refusal(store.read(4, 1))).toMatch(/a path below 4/u);
});

test("a moved state begins at the point of the shift along each axis, noise too", async () => {
  const store = await openPathStore(newFolder(), description);
  await store.write(0, valuesOf(0));
  const at = (state: Float32Array, y: number, x: number, c: number) =>
    state[((y % 2) * 4 + (x % 4)) * 2 + c];
  for (const time of [0, 1]) {
    const [still, moved] = [await store.read(1, time), await store.read(1, time, [1, 3])];
    for (let y = 0; y < 2; y++) {
      for (let x = 0; x < 4; x++) {
        for (const c of [0, 1]) expect(at(moved, y, x, c)).toBe(at(still, y + 1, x + 3, c));
      }
    }
  }
});

test("other software reads it as one Zarr array", async () => {
  const dir = newFolder();
  const store = await openPathStore(dir, description);
  for (const file of store.missing) await store.write(file, valuesOf(file));
  const array = await open(new FileSystemStore(dir), { kind: "array" });
  expect(array.shape).toEqual([4, 2, 2, 4, 2]);
  expect(array.attrs["pairs"]).toEqual([4, 0, 2, 1]);
  const { data } = await get(array, [3, 1, null, null, null]);
  expect(data).toEqual(stateOf(3, 1));
});

test("a flipped bit of a file of paths changes no state, or is refused", async () => {
  const dir = newFolder();
  const store = await openPathStore(dir, description);
  await store.write(0, valuesOf(0));
  const file = join(dir, "c.0.0.0.0.0");
  const bytes = await readFile(file);
  for (let bit = 0; bit < 8 * bytes.length; bit += 5) {
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3] = (bytes[bit >> 3] as number) ^ (1 << (bit & 7));
    await writeFile(file, flipped);
    for (const [path, node] of [
      [0, 0],
      [1, 1],
    ] as const) {
      const read = store.read(path, [0.5, 1][node] as number);
      const state = await read.catch((error: unknown) => {
        expect(isEddyflowError(error, "DataError"), String(error)).toBe(true);
        return null;
      });
      if (state !== null) expect(state).toEqual(stateOf(path, node));
    }
  }
});

test("paths of an older release, without checksums, are read and go on", async () => {
  const dir = newFolder();
  await (await openPathStore(dir, description)).write(0, valuesOf(0));
  const path = join(dir, "zarr.json");
  const { attributes, ...node } = JSON.parse(await readFile(path, "utf8"));
  const { sha256: _, ...kept } = attributes;
  const codecs = [{ name: "bytes", configuration: { endian: "little" } }];
  const old = { ...node, codecs, attributes: { ...kept, version: 1 } };
  await writeFile(path, JSON.stringify(old));
  await writeFile(join(dir, "c.0.0.0.0.0"), new Uint8Array(valuesOf(0).buffer));
  const store = await openPathStore(dir, description);
  expect(store.missing).toEqual([1]);
  await store.write(1, valuesOf(1));
  expect(await store.read(1, 0.5)).toEqual(stateOf(1, 0));
  expect(await store.read(3, 1)).toEqual(stateOf(3, 1));
  const array = await open(new FileSystemStore(dir), { kind: "array" });
  expect((await get(array, [3, 1, null, null, null])).data).toEqual(stateOf(3, 1));
});

test("a store that was begun goes on with what is missing", async () => {
  const dir = newFolder();
  await (await openPathStore(dir, description)).write(1, valuesOf(1));
  const again = await openPathStore(dir, description);
  expect(again.missing).toEqual([0]);
  expect(await again.read(3, 1)).toEqual(stateOf(3, 1));
  expect(await refusal(again.read(0, 1))).toMatch(/c\.0\.0\.0\.0\.0 is missing or cut short/u);
});

test("what a killed process left half written is no file, and one that is cut short is made again", async () => {
  const dir = newFolder();
  const store = await openPathStore(dir, description);
  await writeFile(join(dir, ".partial-c.0.0.0.0.0-left"), "half");
  await store.write(1, valuesOf(1));
  expect((await openPathStore(dir, description)).missing).toEqual([0]);
  await store.write(0, valuesOf(0));
  expect((await readdir(dir)).sort()).toEqual(["c.0.0.0.0.0", "c.1.0.0.0.0", "zarr.json"]);
  await truncate(join(dir, "c.1.0.0.0.0"), 20);
  expect(await refusal(store.read(3, 1))).toMatch(/missing or cut short/u);
  const again = await openPathStore(dir, description);
  expect(again.missing).toEqual([1]);
  await again.write(1, valuesOf(1));
  expect(await again.read(3, 1)).toEqual(stateOf(3, 1));
});

test("more paths go on with those that are there, fewer leave them", async () => {
  const dir = newFolder();
  const store = await openPathStore(dir, description);
  for (const file of store.missing) await store.write(file, valuesOf(file));
  const more = { ...description, pairs: [4, 0, 2, 1, 3, 4], noise: keys };
  expect((await openPathStore(dir, more)).missing).toEqual([2]);
  expect((await openPathStore(dir, description)).missing).toEqual([]);
  expect(JSON.parse(await readFile(join(dir, "zarr.json"), "utf8")).shape[0]).toBe(6);
});

test("paths of another teacher, other data or other settings are refused and named", async () => {
  const dir = newFolder();
  await openPathStore(dir, description);
  const { madeOf } = description;
  for (const [change, problem] of [
    [{ madeOf: { ...madeOf, teacher: "xyz" } }, /teacher is "abc", not "xyz"/u],
    [{ madeOf: { ...madeOf, data: "xyz" } }, /data is "def", not "xyz"/u],
    [{ madeOf: { ...madeOf, steps: 4 } }, /steps is 2, not 4/u],
    [{ pairs: [4, 1, 2, 0] }, /pairs\.1 is 0, not 1/u],
    [{ noise: keys.slice(1, 5) }, /noise\.0\.0 is/u],
    [{ times: [1] }, /times\.0 is 0\.5, not 1/u],
    [{ chunk: 1 }, /chunk is 2, not 1/u],
  ] as const) {
    expect(await refusal(openPathStore(dir, { ...description, ...change }))).toMatch(problem);
  }
});

test("a folder of something else, half a file of paths and values that are not finite are refused", async () => {
  const dir = newFolder();
  const store = await openPathStore(dir, description);
  const bad = valuesOf(1);
  bad[2 * stateSize] = Number.NaN;
  expect(await refusal(store.write(1, bad))).toMatch(/path 3 has the value NaN/u);
  expect(await refusal(store.write(1, bad.subarray(1)))).toMatch(/paths of 63 values/u);
  expect((await openPathStore(dir, description)).missing).toEqual([0, 1]);
  expect(await refusal(openPathStore(root, description))).toMatch(/holds no paths/u);
  const odd = { ...description, pairs: [1, 2, 3], noise: keys.slice(0, 3) };
  expect(await refusal(openPathStore(newFolder(), odd))).toMatch(/3 paths/u);
});
