import { join } from "node:path";
import { DataError, isEddyflowError, systemError } from "@eddyflow/core";
import FileSystemStore from "@zarrita/storage/fs";
import { isZarritaError, open, registry, type Array as ZarrArray } from "zarrita";
import { boundCodecs } from "./bound-codecs.ts";
import { fitsCrc32c } from "./crc32c.ts";
import type { StoreDescription } from "./description.ts";
import { framesOf } from "./frames-of.ts";
import { chunkName, trajectoriesFolder, trajectoryName } from "./zarr-files.ts";

/** The names of the codecs that pack an array's chunks, in their order. */
function codecNames(metadata: Uint8Array): readonly string[] {
  const { codecs } = JSON.parse(new TextDecoder().decode(metadata)) as {
    readonly codecs?: unknown;
  };
  return Array.isArray(codecs) ? codecs.map((codec) => String(codec?.name)) : [];
}

/** What a codec says of a chunk that unpacks to more than its shape holds. */
const bombIn = ({ cause }: Error): string =>
  cause instanceof RangeError ? `: ${cause.message}` : "";

/** What was read from files so far. */
export interface ReadCounts {
  frames: number;
  /** Compressed, as they are stored. */
  bytes: number;
}

/** The array of one trajectory, opened. */
export interface TrajectoryFiles {
  readonly index: number;
  readonly path: string;
  readonly shape: readonly number[];
  readonly channels: readonly string[];
  readonly array: ZarrArray<"float32">;
}

/** The error for a file of a store that is not as it was written. */
export const cutShort = (path: string, problem: string, cause?: unknown): DataError =>
  new DataError({
    problem: `${path} ${problem}`,
    expected: "a complete trajectory store",
    remedy:
      "remove that trajectory's folder and run the command that made it again, which makes what is missing",
    cause,
  });

/** The error for an array that is packed in a way that cannot be read. */
const unreadable = (path: string, codec: string): DataError =>
  new DataError({
    problem: `${path} names the codec ${JSON.stringify(codec.slice(0, 40))}`,
    expected: "bytes, zstd and crc32c, or another that can be read, such as gzip or blosc",
    remedy: "write the store again with one of these",
  });

/** Why a file could not be used: what the operating system says, or that it is damaged. */
function reasonOf(path: string, problem: (why: string) => string, error: unknown): Error {
  if (isEddyflowError(error)) return error;
  return (
    systemError(error, { path, doing: "read" }) ??
    cutShort(path, problem((error as Error).message), error)
  );
}

export const trajectoryPath = (dir: string, index: number): string =>
  join(dir, trajectoriesFolder, trajectoryName(index));

/** `[time, ...space, channel]` of a trajectory. */
export const trajectoryShape = (description: StoreDescription, index: number): number[] => [
  framesOf(description, index),
  ...description.grid.shape,
  description.channels.length,
];

/**
 * Opens the array of a trajectory; nothing is decoded yet.
 *
 * @param counts - what is read later is added to it.
 * @throws DataError where its metadata are damaged or of another shape or type.
 */
export async function openTrajectoryFiles(
  dir: string,
  index: number,
  description: StoreDescription,
  counts: ReadCounts,
): Promise<TrajectoryFiles> {
  boundCodecs();
  const path = trajectoryPath(dir, index);
  const shape = trajectoryShape(description, index);
  const files = new FileSystemStore(path);
  let isSummed = false;
  const reader = {
    async get(...[key, options]: Parameters<FileSystemStore["get"]>) {
      const bytes = await files.get(key, options);
      // An absent chunk means "fill value" in Zarr; here it means that a file was lost, or that its name is damaged.
      if (bytes === undefined) throw cutShort(`${path}${key}`, "is missing");
      if (key === "/zarr.json") {
        const codecs = codecNames(bytes);
        const unknown = codecs.find((name) => name !== "sharding_indexed" && !registry.has(name));
        if (unknown !== undefined) throw unreadable(`${path}${key}`, unknown);
        // Chunks of older releases end without a checksum. zarrita leaves it uncompared.
        isSummed = codecs.at(-1) === "crc32c";
        return bytes;
      }
      if (isSummed && !fitsCrc32c(bytes)) {
        throw cutShort(`${path}${key}`, "is damaged: its checksum is another");
      }
      counts.frames++;
      counts.bytes += bytes.byteLength;
      return bytes;
    },
  };
  try {
    const array = await open.v3(reader, { kind: "array" });
    const chunk = [1, ...shape.slice(1)];
    const fits = String(array.shape) === String(shape) && String(array.chunks) === String(chunk);
    if (array.is("float32") && fits) {
      return { index, path, shape, channels: description.channels, array };
    }
    throw cutShort(
      path,
      `holds ${array.dtype} of shape [${array.shape.join(", ")}], not frames of float32 [${shape.join(", ")}]`,
    );
  } catch (error) {
    throw reasonOf(`${path}/zarr.json`, (why) => `is damaged: ${why}`, error);
  }
}

/**
 * Reads and decodes one frame, `[...space, channel]`, and checks that every value is finite.
 *
 * @throws StorageError where a file cannot be read; DataError naming the file and what is wrong with it: lost, cut short, of
 *   another size, or the trajectory, frame and channel of the first value that is not finite.
 */
export async function decodeFrame(
  { index, path, shape, channels, array }: TrajectoryFiles,
  frame: number,
): Promise<Float32Array> {
  const file = join(path, chunkName(frame, shape));
  const { data } = await array
    .getChunk([frame, ...shape.slice(1).map(() => 0)])
    .catch((error: unknown) => {
      throw reasonOf(
        file,
        (why) =>
          isZarritaError(error)
            ? `(frame ${frame}) does not decode${bombIn(error)}`
            : `(frame ${frame}) cannot be read: ${why}`,
        error,
      );
    });
  const size = shape.slice(1).reduce((product, points) => product * points, 1);
  if (data.length !== size) {
    throw cutShort(file, `(frame ${frame}) holds ${data.length} of ${size} values`);
  }
  const bad = firstNotFinite(data);
  if (bad === -1) return data;
  throw new DataError({
    problem: `${file} has the value ${data[bad]} in channel ${channels[bad % channels.length]} of frame ${frame} of trajectory ${index}`,
    expected: "finite values",
    remedy: "make this trajectory again, or leave it out",
  });
}

/** `findIndex` calls a function per value, which takes longer than decoding. */
function firstNotFinite(values: Float32Array): number {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return i;
  return -1;
}
