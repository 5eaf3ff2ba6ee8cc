import { join } from "node:path";
import { DataError, type Normalisation } from "@eddyflow/core";
import { parseDescription, type StoreDescription } from "./description.ts";
import {
  cutShort,
  decodeFrame,
  openTrajectoryFiles,
  type ReadCounts,
  type TrajectoryFiles,
  trajectoryPath,
  trajectoryShape,
} from "./frame-files.ts";
import { frameReader, keptBytes } from "./frame-reader.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";
import { chunkName, readAttributes, replaceGroup, sizeOf } from "./zarr-files.ts";

const isNumbers = (list: unknown, length: number): list is readonly number[] =>
  Array.isArray(list) && list.length === length && list.every(Number.isFinite);

function parseNormalisation(
  value: unknown,
  dir: string,
  { channels }: StoreDescription,
): Normalisation | null {
  if (value === undefined) return null;
  const found: Partial<Record<keyof Normalisation, unknown>> =
    typeof value === "object" && value !== null ? value : {};
  const usable =
    String(found.channels) === String(channels) &&
    isNumbers(found.mean, channels.length) &&
    isNumbers(found.std, channels.length) &&
    found.std.every((entry) => entry > 0);
  if (usable) return value as Normalisation;
  throw new DataError({
    problem: `${dir}/zarr.json: attribute "normalisation" is not usable`,
    expected: `a mean and a positive std for each of the channels ${channels.join(", ")}`,
    remedy: "remove the attribute and run the simulator again, which measures it",
  });
}

/** Checks that all files of a trajectory are there, with their sizes. */
async function checkTrajectory(
  dir: string,
  index: number,
  description: StoreDescription,
): Promise<void> {
  const path = trajectoryPath(dir, index);
  const shape = trajectoryShape(description);
  if ((await sizeOf(path)) === null) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: `${description.trajectories} trajectories`,
      remedy: "run the simulator again with the same arguments, it makes what is missing",
    });
  }
  const { chunkBytes } = await readAttributes(path);
  const sizes = await Promise.all(
    Array.from({ length: description.frames }, (_, frame) =>
      sizeOf(join(path, chunkName(frame, shape))),
    ),
  );
  for (const [frame, size] of sizes.entries()) {
    const name = chunkName(frame, shape);
    const expected = Array.isArray(chunkBytes) ? chunkBytes[frame] : undefined;
    if (size === null) throw cutShort(join(path, name), `(frame ${frame}) is missing`);
    if (size === 0 || (expected !== undefined && size !== expected)) {
      const wanted = expected === undefined ? "" : ` of ${expected}`;
      throw cutShort(join(path, name), `(frame ${frame}) has ${size}${wanted} bytes`);
    }
  }
}

/** Whether a store keeps all its frames in memory once they have been read. */
export const isKept = (description: StoreDescription): boolean =>
  4 * trajectoryShape(description).reduce((size, n) => size * n, description.trajectories) <=
  keptBytes;

/**
 * Opens a trajectory store and checks the size of every file, so that a store that is not complete is found
 * before anything is computed from it.
 *
 * @throws DataError naming the first file that is missing, cut short or of another shape.
 */
export async function openTrajectoryStore(dir: string): Promise<TrajectoryStore> {
  const attributes = await readAttributes(dir);
  const description = parseDescription(attributes, dir);
  const { frames, trajectories } = description;
  const counts: ReadCounts = { frames: 0, bytes: 0 };
  const opened: TrajectoryFiles[] = [];
  for (let index = 0; index < trajectories; index++) {
    await checkTrajectory(dir, index, description);
    opened.push(await openTrajectoryFiles(dir, index, description, counts));
  }
  return {
    description,
    trajectories,
    normalisation: parseNormalisation(attributes["normalisation"], dir, description),
    dir,
    counts,
    readFrames: frameReader({
      path: dir,
      trajectories,
      frames,
      decode: (trajectory, frame) => decodeFrame(opened[trajectory] as TrajectoryFiles, frame),
    }),
  };
}

/** Writes a normalisation into the store that it was measured on. */
export async function writeNormalisation(dir: string, normalisation: Normalisation): Promise<void> {
  await replaceGroup(dir, { ...(await readAttributes(dir)), normalisation });
}
