import { readFile, realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { DataError, isEddyflowError, parseJson } from "@eddyflow/core";
import { boundCodecs } from "@eddyflow/datasets";
import { checkPart } from "./hdf5/check-storage.ts";
import { applyRules, valueRules } from "./hdf5/missing-values.ts";
import { fromHalfFloats } from "./npy-type.ts";
import type { NumberArray } from "./number-array.ts";
import { exists } from "./size-of.ts";
import { notNumbers, unusable } from "./source.ts";

const numberTypes = /^(?:bool|u?int(?:8|16|32|64)|float(?:16|32|64))$/u;
const readableCodecs = ["bytes", "transpose", "crc32c", "gzip", "zlib", "zstd", "blosc", "lz4"];

type Metadata = Readonly<Record<string, unknown>>;
const recordOf = (value: unknown): Metadata =>
  typeof value === "object" && value !== null ? (value as Metadata) : {};

/** Node has no arrays of half floats; their bits are read as whole numbers. */
const halfAsBits: Readonly<Record<string, readonly [type: string, bits: string]>> = {
  "zarr.json": ["data_type", "uint16"],
  ".zarray": ["dtype", "u2"],
};

/** The metadata with half floats under another name, where there are any. */
function withHalvesAsBits(bytes: Uint8Array, name: string): Uint8Array | null {
  const metadata = recordOf(parseJson(new TextDecoder().decode(bytes)));
  const [key, bits] = halfAsBits[name] as readonly [string, string];
  const type = String(metadata[key]);
  const found = type === "float16" ? "" : /^([<>|])f2$/u.exec(type)?.[1];
  if (found === undefined) return null;
  return new TextEncoder().encode(
    JSON.stringify({ ...metadata, [key]: `${found}${bits}`, fill_value: 0 }),
  );
}

/** Names of the axes: those of version 3, or those that xarray gives an array of version 2. */
function axisNames(metadata: Metadata, attributes: Metadata, rank: number) {
  const listed = metadata["dimension_names"] ?? attributes["_ARRAY_DIMENSIONS"];
  const names = Array.isArray(listed) && listed.length === rank ? listed : [];
  return Array.from({ length: rank }, (_, axis) =>
    typeof names[axis] === "string" ? (names[axis] as string) : null,
  );
}

const flatten = (value: unknown): (number | string)[] =>
  [value].flat(9).flatMap((entry) => {
    if (typeof entry === "boolean") return [Number(entry)];
    return typeof entry === "number" || typeof entry === "string" ? [entry] : [];
  });

async function readMetadata(path: string): Promise<Metadata> {
  for (const name of ["zarr.json", ".zarray"]) {
    const file = join(path, name);
    if (await exists(file)) return recordOf(parseJson(await readFile(file, "utf8")));
  }
  throw unusable(`${path} has neither zarr.json nor .zarray`, "a Zarr array of version 2 or 3");
}

/** What packs the chunks; "nothing with a name" where that cannot be known. */
function codecNames({ codecs, compressor, filters }: Metadata): readonly string[] {
  return [codecs, filters, compressor].flat().flatMap((codec) => {
    if (codec === undefined || codec === null) return [];
    const { name, id } = recordOf(codec);
    return [String(name ?? id ?? "nothing with a name").replace(/^numcodecs\./u, "")];
  });
}

/**
 * What stands for no value. xarray writes it as the fill value of an array of version 2, and in version 3 the bytes of a float
 * as a text. A fill value of 0 is what an array has that nobody gave one.
 */
function missingValue(metadata: Metadata, attributes: Metadata): unknown {
  const said = attributes["_FillValue"];
  if (typeof said === "string" && /^[\w+/]{11}=$/u.test(said)) {
    return Buffer.from(said, "base64").readDoubleLE();
  }
  const { zarr_format: version, fill_value: fill } = metadata;
  const isOfXarray = version === 2 && Array.isArray(attributes["_ARRAY_DIMENSIONS"]);
  return said ?? (isOfXarray && typeof fill === "number" && fill !== 0 ? fill : undefined);
}

/** The file of a chunk, below the folder of the array. */
function chunkKeys(path: string, metadata: Metadata): (at: readonly number[]) => string {
  const encoding = recordOf(metadata["chunk_key_encoding"]);
  const isDefault = encoding["name"] === "default";
  const said = recordOf(encoding["configuration"])["separator"] ?? metadata["dimension_separator"];
  const separator = said ?? (isDefault ? "/" : ".");
  if (separator !== "." && separator !== "/") {
    throw unusable(
      `${path} separates the numbers of chunks by ${JSON.stringify(separator)}`,
      "/ or .",
    );
  }
  const single = isDefault ? [] : [0];
  return (at) => [...(isDefault ? ["c"] : []), ...(at.length === 0 ? single : at)].join(separator);
}

/** Every place in a grid of chunks. */
function* placesIn(grid: readonly number[]): Generator<readonly number[]> {
  const count = grid.reduce((product, n) => product * n, 1);
  for (let index = 0; index < count; index++) {
    yield grid.map((n, axis) => {
      const below = grid.slice(axis + 1).reduce((product, m) => product * m, 1);
      return Math.floor(index / below) % n;
    });
  }
}

interface Block {
  readonly data: ArrayLike<number | bigint>;
  readonly shape: readonly number[];
  readonly stride: readonly number[];
}

/** The numbers of a block in the order of its axes, the last one fastest. */
function lastAxisFastest({ data: stored, shape, stride }: Block): ArrayLike<number> {
  // The library's own array of booleans has no indices.
  const data =
    "get" in stored ? Uint8Array.from(stored as unknown as Iterable<boolean>, Number) : stored;
  const below = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
  const isInOrder = String(below) === String(stride);
  if (isInOrder && typeof data[0] === "number") return data as ArrayLike<number>;
  return Float64Array.from({ length: data.length }, (_, i) => {
    const from = shape.reduce(
      (sum, n, axis) =>
        sum + (Math.floor(i / (below[axis] as number)) % n) * (stride[axis] as number),
      0,
    );
    return Number(data[from]);
  });
}

/** The bytes of a file of an array, which must lie inside its folder; null where it is absent. */
async function bytesInside(root: string, name: string): Promise<number | null> {
  const file = join(root, name);
  const real = await realpath(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
    return null;
  });
  if (real === null) return null;
  if (real.startsWith(root + sep)) return (await stat(real)).size;
  throw unusable(`${file} is a link to ${real}`, "files, not links");
}

/** The bytes of all chunks; each must be there. */
async function chunkBytes(path: string, files: Iterable<string>): Promise<number> {
  const root = await realpath(path);
  let sum = 0;
  for (const name of files) {
    const bytes = await bytesInside(root, name);
    if (bytes === null) {
      throw new DataError({
        problem: `${path} was never written in full: ${name} is missing`,
        expected: "every chunk; what is missing reads as a number that nobody computed",
        remedy: "write the array again (in Python with write_empty_chunks=True), or copy all of it",
      });
    }
    sum += bytes;
  }
  return sum;
}

/**
 * Opens a Zarr array of version 2 or 3. Chunks are read when they are asked for.
 *
 * @throws DataError naming what cannot be used: a type, a codec, shards, a chunk that is missing, a link out of the folder, or
 *   chunks that unpack to far more than the array has on the disk.
 */
export async function openZarr(path: string): Promise<NumberArray> {
  const { default: FileSystemStore } = await import("@zarrita/storage/fs");
  const { get, open } = await import("zarrita");
  boundCodecs();
  const guard = async <T>(where: string, action: () => Promise<T>): Promise<T> =>
    action().catch((error: unknown) => {
      if (isEddyflowError(error)) throw error;
      const { message, cause } = error as Error;
      const said = cause instanceof Error ? `${message}: ${cause.message}` : message;
      throw unusable(
        `${where} cannot be read (${said.slice(0, 160)})`,
        "a whole Zarr array",
        error,
      );
    });
  const metadata = await guard(path, async () => {
    const root = await realpath(path);
    for (const name of ["zarr.json", ".zarray", ".zattrs"]) await bytesInside(root, name);
    return readMetadata(path);
  });
  // Before what packs them: that of texts is none that can be read.
  const said = metadata["data_type"] ?? metadata["dtype"];
  if (typeof said !== "string" || !(numberTypes.test(said) || /^[<>|][biuf]\d$/u.test(said))) {
    throw notNumbers(path, String(JSON.stringify(said)).slice(0, 40));
  }
  const other = codecNames(metadata).find((name) => !readableCodecs.includes(name));
  if (other !== undefined) {
    throw new DataError({
      problem: `${path} is packed by ${other}`,
      expected: readableCodecs.join(", "),
      remedy: "write the array again, in one file per chunk and packed by gzip or zstd",
    });
  }
  const files = new FileSystemStore(path);
  let isHalf = false;
  const reader = {
    async get(...[key, options]: Parameters<typeof files.get>) {
      const bytes = await files.get(key, options);
      const name = key.slice(1);
      if (bytes === undefined || !Object.hasOwn(halfAsBits, name)) return bytes;
      const changed = withHalvesAsBits(bytes, name);
      isHalf ||= changed !== null;
      return changed ?? bytes;
    },
  };
  const array = await guard(path, () => open(reader, { kind: "array" }));
  const { shape, chunks, dtype, attrs } = array;
  if (typeof dtype !== "string" || !numberTypes.test(dtype)) throw notNumbers(path, String(dtype));
  const isCounts = (list: unknown) =>
    Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n > 0);
  if (!isCounts(shape) || !isCounts(chunks) || shape.length !== chunks.length) {
    throw unusable(
      `${path} has the shape ${JSON.stringify(shape)} in chunks of ${JSON.stringify(chunks)}`,
      "whole numbers, one for each axis",
    );
  }
  const grid = shape.map((length, axis) => Math.ceil(length / (chunks[axis] as number)));
  const keyOf = chunkKeys(path, metadata);
  const names = function* () {
    for (const at of placesIn(grid)) yield keyOf(at);
  };
  const stored = await chunkBytes(path, names());
  const itemBytes = dtype === "bool" ? 1 : Number(/\d+$/u.exec(dtype)?.[0]) / 8;
  checkPart(
    stored,
    chunks.reduce((size, n) => size * n, itemBytes),
    `a chunk of ${path}`,
  );
  const attributes = recordOf(attrs);
  const rules = valueRules(path, (name) => {
    const value = name === "_FillValue" ? missingValue(metadata, attributes) : attributes[name];
    return value === undefined ? undefined : ([value].flat() as (number | string)[]);
  });
  return {
    path,
    shape,
    type: isHalf ? "float16" : dtype,
    axes: axisNames(metadata, attributes, shape.length),
    attribute: async (name) =>
      Object.hasOwn(attributes, name) ? flatten(attributes[name]) : undefined,
    read: async (at = []) => {
      const where = `${path}[${at.map((i) => i ?? ":").join(", ")}]`;
      const ranges = shape.map((_, axis) => at[axis] ?? null);
      const found = await guard(where, () => get(array, ranges));
      const read = typeof found === "object" ? lastAxisFastest(found as Block) : [Number(found)];
      const data = isHalf ? fromHalfFloats(Uint16Array.from(read)) : read;
      return applyRules(data, rules, where);
    },
  };
}
