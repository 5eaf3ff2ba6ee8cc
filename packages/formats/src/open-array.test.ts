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

/** A Zarr array of one chunk, as its bytes lie there. */
async function zarr(name: string, metadata: object, bytes: Uint8Array): Promise<string> {
  const path = join(dir, name);
  const isThird = !("dtype" in metadata);
  await mkdir(path);
  const common = { shape: [2], fill_value: 0, zarr_format: isThird ? 3 : 2 };
  const third = {
    ...{
      ...common,
      node_type: "array",
      codecs: [{ name: "bytes", configuration: { endian: "little" } }],
    },
    chunk_grid: { name: "regular", configuration: { chunk_shape: [2] } },
    chunk_key_encoding: { name: "default", configuration: { separator: "." } },
  };
  const second = { ...common, chunks: [2], order: "C", compressor: null, filters: null };
  const { attributes = {}, ...own } = metadata as { attributes?: object };
  if (isThird) {
    await writeFile(join(path, "zarr.json"), JSON.stringify({ ...third, ...own, attributes }));
  } else {
    await writeFile(join(path, ".zarray"), JSON.stringify({ ...second, ...own }));
    await writeFile(join(path, ".zattrs"), JSON.stringify(attributes));
  }
  const { shape = [2] } = own as { shape?: readonly number[] };
  const key = shape.length === 0 ? (isThird ? "c" : "0") : isThird ? "c.0" : "0";
  await writeFile(join(path, key), bytes);
  return path;
}

test("a single number of Zarr is an array without axes, in both versions", async () => {
  const bytes = new Uint8Array(Float64Array.of(0.25).buffer);
  const chunk_grid = { name: "regular", configuration: { chunk_shape: [] } };
  const third = await zarr("scalar3", { shape: [], chunk_grid, data_type: "float64" }, bytes);
  const second = await zarr("scalar2", { shape: [], chunks: [], dtype: "<f8" }, bytes);
  for (const path of [third, second]) {
    const array = await openArray(path);
    expect([array.shape, Array.from(await array.read())]).toEqual([[], [0.25]]);
  }
});

test("booleans of Zarr are 0 and 1", async () => {
  const array = await openArray(await zarr("bool", { data_type: "bool" }, Uint8Array.of(1, 0)));
  expect(Array.from(await array.read())).toEqual([1, 0]);
});

test("what xarray writes in place of a missing value is one: in bytes, or as a fill value", async () => {
  const floats = new Uint8Array(Float32Array.of(1, -9).buffer);
  const asBytes = (value: number) => {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(value);
    return { _FillValue: bytes.toString("base64") };
  };
  const third = { data_type: "float32", attributes: asBytes(-9) };
  expect(await refusal(await zarr("fill3", third, floats))).toContain(
    "is missing at position 1: -9 is _FillValue",
  );
  const nan = { data_type: "float32", attributes: asBytes(Number.NaN) };
  expect(Array.from(await (await openArray(await zarr("nan3", nan, floats))).read())).toEqual([
    1, -9,
  ]);
  const ints = new Uint8Array(Int16Array.of(1, -9).buffer);
  const attributes = { scale_factor: 0.5, _ARRAY_DIMENSIONS: ["x"] };
  expect(
    await refusal(await zarr("fill2", { dtype: "<i2", fill_value: -9, attributes }, ints)),
  ).toContain("is missing at position 1: -9 is _FillValue");
});

test("metadata that are a link out of the folder of a Zarr array are not followed", async () => {
  const path = await zarr("linked", { data_type: "bool" }, Uint8Array.of(1, 0));
  await rename(join(path, "zarr.json"), join(dir, "zarr.json"));
  await symlink(join(dir, "zarr.json"), join(path, "zarr.json"));
  expect(await refusal(path)).toContain("zarr.json is a link to");
});

test.each(["xxx", [{}], { level: 1 }])(
  "packing that has no name, %j, is refused before anything is read",
  async (filters) => {
    const path = await zarr(
      `unnamed-${JSON.stringify(filters).length}`,
      { dtype: "<f4", filters },
      new Uint8Array(8),
    );
    expect(await refusal(path)).toContain("HERE is packed by nothing with a name");
  },
);

test("texts in Zarr are refused for their type", async () => {
  const texts = { data_type: "string", codecs: [{ name: "vlen-utf8" }] };
  expect(await refusal(await zarr("texts", texts, new Uint8Array(8)))).toContain(
    'HERE is of type "string"; expected numbers, such as float32',
  );
});
