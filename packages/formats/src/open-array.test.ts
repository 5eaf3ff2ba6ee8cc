import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { isEddyflowError } from "@eddyflow/core";
import { dump } from "npyjs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openArray } from "./open-array.ts";
import { fixture } from "./open-data.test.helpers.ts";

let dir = "";
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "eddyflow-arrays-"));
  const files = JSON.parse(await readFile(fixture("zarrs.json"), "utf8")) as Record<string, string>;
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), Buffer.from(text, "base64"));
  }
  const npy = dump(Float32Array.from(count), [2, 3, 5]);
  await writeFile(join(dir, "u.npy"), new Uint8Array(npy));
});
afterAll(() => rm(dir, { recursive: true }));

const count = Array.from({ length: 30 }, (_, i) => i);

async function refusal(
  path: string,
  name: "DataError" | "ArgumentError" = "DataError",
): Promise<string> {
  const error = await openArray(path)
    .then((array) => array.read())
    .catch((thrown: unknown) => thrown);
  expect(isEddyflowError(error, name), String(error)).toBe(true);
  return (error as Error).message.replace(path, "HERE");
}

test.for(["v2-blosc", "v2-zlib", "v2-fortran", "v3-zstd", "v3-gzip", "v3-int64", "u.npy"])(
  "an array in %s is read, whole and in part",
  async (name) => {
    const array = await openArray(join(dir, name));
    expect(array.shape).toEqual([2, 3, 5]);
    expect(Array.from(await array.read())).toEqual(count);
    expect(Array.from(await array.read([1]))).toEqual(count.slice(15));
    expect(Array.from(await array.read([1, 2]))).toEqual(count.slice(25));
  },
);

test("an array of HDF5 is read by its name, which is needed where there are several", async () => {
  const path = fixture("pdebench_periodic.hdf5");
  const array = await openArray(path, { dataset: "density" });
  expect(array.shape).toEqual([12, 3, 4, 6]);
  expect((await array.read([1, 2, 3]))[4]).toBe(512 + 2 * 64 + 3 * 8 + 4);
  expect(await refusal(path, "ArgumentError")).toContain("expected the option dataset");
});

test("Zarr's scale_factor and add_offset are applied, and its _FillValue is refused with its place", async () => {
  const array = await openArray(join(dir, "scaled"));
  expect(Array.from(await array.read([0, 0]))).toEqual([1, 1.5, 2, 2.5, 3]);
  expect(await refusal(array.path)).toContain("HERE[] is missing at position 7: 7 is _FillValue");
});

test("Zarr's values beyond valid_max are refused with their place", async () => {
  const array = join(dir, "v3-limited");
  await cp(join(dir, "v3-gzip"), array, { recursive: true });
  const path = join(array, "zarr.json");
  const node = JSON.parse(await readFile(path, "utf8"));
  const attributes = { ...node.attributes, valid_max: 28 };
  await writeFile(path, JSON.stringify({ ...node, attributes }));
  expect(await refusal(array)).toContain(
    "HERE[] is not valid at position 29: 29 is above 28, as valid_max says; expected valid values",
  );
});

test("Zarr with a chunk that was never written is refused with the chunk", async () => {
  expect(await refusal(join(dir, "holes"))).toContain(
    "HERE was never written in full: c/1/0/0 is missing; expected every chunk",
  );
});

test("Zarr in shards or packed by an unknown codec is refused by its name", async () => {
  expect(await refusal(join(dir, "shards"))).toContain(
    "HERE is packed by sharding_indexed; expected",
  );
  expect(await refusal(join(dir, "lzma"))).toContain("HERE is packed by lzma; expected bytes");
});

test("a chunk of Zarr that unpacks to far more than the array has on the disk is refused", async () => {
  expect(await refusal(join(dir, "bomb"))).toMatch(
    /^a chunk of HERE unpacks to 16.8 MB from a file of 0.0\d+ MB; expected at most 8\.\d+ MB/u,
  );
});

test("a link out of the folder of a Zarr array is not followed", async () => {
  const chunk = join(dir, "v3-gzip/c/0/0/0");
  await rename(chunk, join(dir, "outside"));
  await symlink(join(dir, "outside"), chunk);
  expect(await refusal(join(dir, "v3-gzip"))).toContain("c/0/0/0 is a link to");
});
