import { type FileHandle, open, readdir } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError, DataError, type Key, ShapeError, systemError } from "@eddyflow/core";
import { normal } from "@eddyflow/random";
import { firstDifference, type Json } from "./description.ts";
import { atRest, placeFrame, placement } from "./isometry.ts";
import type { FieldLayout } from "./layout.ts";
import { sealedNode } from "./seal.ts";
import { encodeShard, partOfShard, placeInShard, shardBytes, shardCodecs } from "./shard.ts";
import { writeWhole } from "./write-whole.ts";
import { chunkName, readAttributes, remove, sizeOf } from "./zarr-files.ts";

/** Version 1 had no checksums. */
const format = "eddyflow-paths";
const newest = 2;

/** What a store of paths from noise to data holds. */
export interface PathStoreDescription {
  /** Of the states, which are normalised. */
  readonly layout: FieldLayout;
  /** The flow times of the states that are kept of each path, rising. The noise at 0 is drawn anew from its key. */
  readonly times: readonly number[];
  /** Paths in a file. */
  readonly chunk: number;
  /** The number of the pair of the data whose condition each path is under. */
  readonly pairs: readonly number[];
  /** The key of each path's noise, as many as there are pairs. */
  readonly noise: readonly Key[];
  /** What the paths were made of and how: another teacher or other data make another store. */
  readonly madeOf: { readonly [key: string]: Json };
}

/** Paths on disk, and those still to be made. */
export interface PathStore {
  /** The numbers of the files that are not there, whole; file c holds the paths c · chunk … (c + 1) · chunk − 1. */
  readonly missing: readonly number[];
  /**
   * Writes a file, `[chunk, times, ...space, channel]`; it becomes visible when it is whole and on the disk.
   *
   * @throws ShapeError for another number of values, DataError for values that are not finite.
   */
  write(file: number, values: Float32Array): Promise<void>;
  /**
   * The noise of a path, or one of its states, `[...space, channel]`, shown from point `shift` on, cyclically.
   *
   * @param time - 0 for the noise, or one of the times of the description.
   * @throws DataError where the file is missing, cut short or damaged; StorageError where it cannot be read for another
   *   reason.
   */
  read(path: number, time: number, shift?: readonly number[]): Promise<Float32Array>;
}

const size = (shape: readonly number[]): number => shape.reduce((product, n) => product * n, 1);

/** The bytes of a path of so many states. */
export const pathBytes = ({ grid, channels }: FieldLayout, states: number): number =>
  4 * states * size(grid.shape) * channels.length;

/**
 * The metadata of one uncompressed Zarr v3 array, so that a state lies at a place that is known. A file is a shard whose
 * parts are states with a checksum each.
 */
function arrayMetadata(
  { layout: { grid, channels }, times, chunk, pairs, noise, madeOf }: PathStoreDescription,
  version: number,
) {
  const state = [...grid.shape, channels.length];
  return {
    zarr_format: 3,
    node_type: "array",
    shape: [pairs.length, times.length, ...state],
    data_type: "float32",
    chunk_grid: {
      name: "regular",
      configuration: { chunk_shape: [chunk, times.length, ...state] },
    },
    chunk_key_encoding: { name: "default", configuration: { separator: "." } },
    fill_value: 0,
    codecs:
      version === 1
        ? [{ name: "bytes", configuration: { endian: "little" } }]
        : shardCodecs([1, 1, ...state]),
    dimension_names: ["path", "time", ...["z", "y", "x"].slice(3 - grid.shape.length), "channel"],
    attributes: { format, version, madeOf, layout: { grid, channels }, chunk, times, pairs, noise },
  };
}

/** Writes a file that appears when it is whole, its bytes on the disk. */
const writeFileWhole = (path: string, bytes: Uint8Array): Promise<void> =>
  writeWhole(path, async (partial) => {
    const file = await open(partial, "w");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
  });

/** Some bytes of a file; null where it is absent or ends before. */
async function readPart(path: string, offset: number, length: number): Promise<Uint8Array | null> {
  let file: FileHandle | null = null;
  try {
    file = await open(path);
    const bytes = new Uint8Array(length);
    const { bytesRead } = await file.read(bytes, 0, length, offset);
    return bytesRead === length ? bytes : null;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw systemError(cause, { path, doing: "read" }) ?? cause;
  } finally {
    await file?.close();
  }
}

/** Refuses a store that was made of something else, or in another way. */
function checkAlike(there: object, wanted: object, dir: string): void {
  const plain = (value: object) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>;
  const [stored, asked] = [plain(there), plain(wanted)];
  const different = firstDifference(
    { ...(stored["madeOf"] as object), ...stored, madeOf: null },
    { ...(asked["madeOf"] as object), ...asked, madeOf: null },
  );
  if (different === null) return;
  const { path, left, right } = different;
  throw new DataError({
    problem: `${dir} holds paths that were made otherwise (${path} is ${JSON.stringify(left)}, not ${JSON.stringify(right)})`,
    expected: "paths of this teacher, these data and these settings",
    remedy: "begin another run, or remove this folder: they are made again",
  });
}

/**
 * Begins a store of paths, or goes on with the one that is there: one Zarr v3 array `[path, time, ...space, channel]`,
 * float32 and uncompressed, a file for every `chunk` paths, with a CRC32C for each state. A description with more paths than the store's extends it.
 *
 * @throws ArgumentError unless there are whole files of paths, each with the key of its noise; DataError where the folder
 *   holds paths of another teacher, other data or other settings, or anything else.
 */
export async function openPathStore(
  dir: string,
  description: PathStoreDescription,
): Promise<PathStore> {
  const { layout, times, chunk, pairs, noise } = description;
  const files = pairs.length / chunk;
  if (!Number.isSafeInteger(files) || files < 1 || noise.length !== pairs.length) {
    throw new ArgumentError({
      problem: `${pairs.length} paths from ${noise.length} keys of noise, ${chunk} in a file`,
      expected: "a multiple of what a file holds, and a key for each",
      remedy: "give another number of paths",
    });
  }
  let version = newest;
  let metadata = arrayMetadata(description, version);
  if ((await sizeOf(join(dir, "zarr.json"))) !== null) {
    const there = (await readAttributes(dir)) as Partial<PathStoreDescription> & {
      readonly version?: unknown;
    };
    if (there.version === 1) {
      version = there.version;
      metadata = arrayMetadata(description, version);
    }
    const common = Math.min(there.pairs?.length ?? 0, pairs.length);
    const begun = <T extends Partial<PathStoreDescription>>(store: T) => ({
      ...store,
      pairs: store.pairs?.slice(0, common),
      noise: store.noise?.slice(0, common),
    });
    checkAlike(begun(there), begun(metadata.attributes), dir);
    if (pairs.length > common) await writeMetadata(dir, metadata);
  } else {
    const others = await readdir(dir).catch(() => []);
    const stranger = others.find((name) => !name.startsWith("."));
    if (stranger !== undefined) {
      throw new DataError({
        problem: `${dir} is not empty and holds no paths (${stranger} is there)`,
        expected: "an absent or empty folder, or a store that was begun",
        remedy: "move what is there",
      });
    }
    await writeMetadata(dir, metadata);
  }

  const stateBytes = pathBytes(layout, 1);
  const states = chunk * times.length;
  const fileBytes = version === 1 ? states * stateBytes : shardBytes(states, stateBytes);
  const fileOf = (file: number) => join(dir, chunkName(file, metadata.shape));
  const missing: number[] = [];
  for (let file = 0; file < files; file++) {
    const bytes = await sizeOf(fileOf(file));
    // One that a full disk or a lost connection cut short is made again.
    if (bytes !== null && bytes !== fileBytes) await remove(fileOf(file));
    if (bytes !== fileBytes) missing.push(file);
  }

  const read = async (path: number, time: number): Promise<Float32Array> => {
    if (time === 0) return normal(noise[path] as Key, stateBytes / 4);
    const node = times.indexOf(time);
    if (node === -1 || !(path >= 0 && path < pairs.length)) {
      throw new ArgumentError({
        problem: `no state of path ${path} at the flow time ${time} is kept`,
        expected: `a path below ${pairs.length} at 0, ${times.join(", ")}`,
        remedy: "ask for another",
      });
    }
    const number = (path % chunk) * times.length + node;
    const { offset, length } =
      version === 1
        ? { offset: number * stateBytes, length: stateBytes }
        : placeInShard(number, stateBytes);
    const name = fileOf(Math.floor(path / chunk));
    const bytes = await readPart(name, offset, length);
    if (bytes === null) {
      throw new DataError({
        problem: `${name} is missing or cut short`,
        expected: `${fileBytes} bytes`,
        remedy: "resume the run, which makes it again",
      });
    }
    const values = version === 1 ? bytes : partOfShard(bytes);
    if (values !== null) return new Float32Array(values.buffer, 0, stateBytes / 4);
    throw new DataError({
      problem: `${name} is damaged: the checksum of path ${path} at the flow time ${time} is another`,
      expected: "the states as they were written",
      remedy: "remove that file and resume the run, which makes it again",
    });
  };
  const motion = atRest(layout.grid.shape.length);
  const units = { mean: layout.channels.map(() => 0), std: layout.channels.map(() => 1) };
  return {
    missing,
    write: async (file, values) => {
      if (values.length !== (states * stateBytes) / 4) {
        throw new ShapeError({
          problem: `paths of ${values.length} values`,
          expected: `${(states * stateBytes) / 4} for ${chunk} paths of ${times.length} states`,
          remedy: "give all states of a file, channels last",
        });
      }
      const bad = values.findIndex((value) => !Number.isFinite(value));
      if (bad !== -1) {
        const path = file * chunk + Math.floor((bad * 4) / (times.length * stateBytes));
        throw new DataError({
          problem: `path ${path} has the value ${values[bad]}`,
          expected: "finite states",
          remedy: "take more steps of the teacher, or another teacher",
        });
      }
      const { buffer, byteOffset, byteLength } = values;
      const bytes = new Uint8Array(buffer, byteOffset, byteLength);
      await writeFileWhole(fileOf(file), version === 1 ? bytes : encodeShard(bytes, stateBytes));
    },
    read: async (path, time, shift) => {
      const state = await read(path, time);
      if (shift === undefined || shift.every((cells) => cells === 0)) return state;
      const moved = new Float32Array(state.length);
      const pitch = layout.channels.length;
      const target = { values: moved, first: 0, pitch, ...units };
      placeFrame(state, placement(layout, { ...motion, shift }), target);
      return moved;
    },
  };
}

const writeMetadata = (dir: string, metadata: object): Promise<void> =>
  writeFileWhole(
    join(dir, "zarr.json"),
    new TextEncoder().encode(`${JSON.stringify(sealedNode({ ...metadata }), null, 2)}\n`),
  );
