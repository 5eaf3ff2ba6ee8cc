import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DataError, ShapeError } from "@eddyflow/core";
import { type AbsolutePath, create, set, slice } from "zarrita";
import { withCrc32c } from "./crc32c.ts";
import type { StoreDescription } from "./description.ts";
import { framesOf } from "./frames-of.ts";
import { sealedBytes } from "./seal.ts";
import { chunkName, sizeOf } from "./zarr-files.ts";

/** A trajectory's array on disk, written frame by frame. */
export interface ArrayWriter {
  /** Writes the next frame, `[...space, channel]`. */
  add(frame: Float32Array): Promise<void>;
  /** Writes what a reader needs besides the frames, once all are there. */
  finish(): Promise<void>;
}

/**
 * Begins the array of a trajectory in an empty folder. Where the folder is removed meanwhile, writing fails. One frame and one
 * file are held at a time, however many frames there are.
 *
 * @param index - of the trajectory.
 * @throws ShapeError, while it is written, for frames of another length, too many or too few; DataError for values that
 *   are not finite.
 */
export async function arrayWriter(
  dir: string,
  index: number,
  description: StoreDescription,
): Promise<ArrayWriter> {
  const { grid, channels } = description;
  const numFrames = framesOf(description, index);
  const frameShape = [...grid.shape, channels.length];
  const shape = [numFrames, ...frameShape];
  const stride = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
  const frameSize = stride[0] as number;
  const wrongShape = (problem: string) =>
    new ShapeError({
      problem,
      expected: `${numFrames * frameSize} for shape [${shape.join(", ")}], ${frameSize} in each frame`,
      remedy: "give all frames, channels last",
    });
  const writeInto = (key: AbsolutePath, value: Uint8Array) => writeFile(join(dir, key), value);
  const options = {
    shape,
    chunkShape: [1, ...frameShape],
    dtype: "float32" as const,
    // Floats of a turbulent field hardly compress, and the lowest level achieves as much as the others. A zstd
    // frame that is cut short does not decode; one of blosc may.
    codecs: [
      { name: "bytes", configuration: { endian: "little" } },
      { name: "zstd", configuration: { level: 1, checksum: false } },
    ],
    fillValue: 0,
    chunkSeparator: "." as const,
    dimensionNames: ["time", ...["z", "y", "x"].slice(3 - grid.shape.length), "channel"],
  };
  // zarrita reads the codec crc32c, but does not write it.
  const summed = {
    get: async () => undefined,
    set: (key: AbsolutePath, value: Uint8Array) =>
      writeInto(key, key === "/zarr.json" ? value : withCrc32c(value)),
  };
  const array = await create(summed, options);
  const chunkBytes: (number | null)[] = [];
  return {
    add: async (frame) => {
      const at = chunkBytes.length;
      if (frame.length !== frameSize) throw wrongShape(`a frame of ${frame.length} values`);
      if (at === numFrames) throw wrongShape(`a trajectory of more than ${numFrames} frames`);
      const bad = frame.findIndex((value) => !Number.isFinite(value));
      if (bad !== -1) {
        throw new DataError({
          problem: `trajectory ${index} has the value ${frame[bad]} at position ${at * frameSize + bad}`,
          expected: "finite values",
          remedy: "use a smaller time step",
        });
      }
      await set(array, [slice(at, at + 1), ...frameShape.map(() => null)], {
        data: frame,
        shape: [1, ...frameShape],
        stride,
      });
      // Recorded, so that a store that was cut short is found when it is opened.
      chunkBytes.push(await sizeOf(join(dir, chunkName(at, shape))));
    },
    finish: async () => {
      if (chunkBytes.length < numFrames) {
        throw wrongShape(`a trajectory of ${chunkBytes.length} frames`);
      }
      const codecs = [...options.codecs, { name: "crc32c", configuration: {} }];
      const sealing = {
        get: summed.get,
        set: (key: AbsolutePath, value: Uint8Array) => writeInto(key, sealedBytes(value)),
      };
      await create(sealing, { ...options, codecs, attributes: { chunkBytes } });
    },
  };
}
