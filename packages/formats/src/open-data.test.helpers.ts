import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isEddyflowError } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import type { h5wasm } from "h5wasm";
import { expect } from "vitest";
import { openData } from "./open-data.ts";
import type { OpenDataOptions } from "./open-data-options.ts";

const fixtures = fileURLToPath(new URL("../../../tooling/reference/formats", import.meta.url));

/** A file or folder that make-fixtures.py wrote. */
export const fixture = (name: string): string => join(fixtures, name);

/** The library that reads HDF5, in the build that sees the disk, to make and change files. */
export async function hdf5Writer(): Promise<typeof h5wasm> {
  const { default: library } = await import("h5wasm/node");
  (await library.ready).activate_throwing_error_handler();
  return library;
}

/** What make-fixtures.py put where: 512 sample + 64 frame + 8 i + j + c/4. */
export const value = (sample: number, frame: number, i: number, j: number, c = 0): number =>
  512 * sample + 64 * frame + 8 * i + j + c / 4;

/** Reads every frame and compares each value with the one that `expected` gives for its place. */
export async function expectValues(
  store: TrajectoryStore,
  expected: (at: { sample: number; frame: number; i: number; j: number; c: number }) => number,
): Promise<void> {
  const { grid, channels, frames } = store.description;
  const [nx = 0, ny = 0] = grid.shape;
  for (let sample = 0; sample < store.trajectories; sample++) {
    const values = await store.readFrames(sample, 0, frames);
    expect(values).toHaveLength(frames * nx * ny * channels.length);
    let at = 0;
    for (let frame = 0; frame < frames; frame++) {
      for (let i = 0; i < nx; i++) {
        for (let j = 0; j < ny; j++) {
          for (let c = 0; c < channels.length; c++) {
            const wanted = expected({ sample, frame, i, j, c });
            if (values[at++] === wanted) continue;
            expect.fail(
              `sample ${sample}, frame ${frame}, (${i}, ${j}), channel ${c}: ${values[at - 1]}, not ${wanted}`,
            );
          }
        }
      }
    }
  }
}

/** Opens data, reads all of it, and returns what the error says. */
export async function failure(
  name: "DataError" | "ArgumentError",
  path: string,
  options: OpenDataOptions = {},
): Promise<string> {
  try {
    const store = await openData(path, options);
    for (let i = 0; i < store.trajectories; i++) {
      await store.readFrames(i, 0, store.description.frames);
    }
  } catch (error) {
    expect(isEddyflowError(error, name), String(error)).toBe(true);
    return (error as Error).message;
  }
  return "no error";
}
