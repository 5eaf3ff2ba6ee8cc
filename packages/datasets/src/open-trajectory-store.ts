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
import { allFrames, framesOf } from "./frames-of.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";
import {
  chunkName,
  readAttributes,
  readNode,
  replaceGroup,
  sealedSince,
  sizeOf,
} from "./zarr-files.ts";

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

const lostSeal = (dir: string): DataError =>
  new DataError({
    problem: `${dir}/zarr.json is damaged: it has lost its sha256`,
    expected: "the metadata as they were written",
    remedy: "copy the store again, or remove it and make it again",
  });

/** Checks that all files of a trajectory are there, with their sizes, and its metadata as they were written. */
async function checkTrajectory(
  dir: string,
  index: number,
  { description, isSealed }: { readonly description: StoreDescription; readonly isSealed: boolean },
): Promise<void> {
  const path = trajectoryPath(dir, index);
  const shape = trajectoryShape(description, index);
  if ((await sizeOf(path)) === null) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: `${description.trajectories} trajectories`,
      remedy:
        "run the command that made it again with the same arguments, it makes what is missing",
    });
  }
  const node = await readNode(path);
  if (isSealed && !node.isSealed) throw lostSeal(path);
  const { chunkBytes } = node.attributes;
  const sizes = await Promise.all(
    Array.from({ length: framesOf(description, index) }, (_, frame) =>
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
  4 *
    [...description.grid.shape, description.channels.length].reduce(
      (size, n) => size * n,
      allFrames(description),
    ) <=
  keptBytes;

/**
 * Opens a trajectory store and checks the size of every file and the hash of all metadata, so that a store that is not
 * complete or damaged is found before anything is computed from it. The checksum of a frame is compared when it is read.
 *
 * @throws DataError naming the first file that is missing, cut short, damaged or of another shape; StorageError where one
 *   cannot be read for another reason, such as permission.
 */
export async function openTrajectoryStore(dir: string): Promise<TrajectoryStore> {
  const { attributes, isSealed } = await readNode(dir);
  const description = parseDescription(attributes, dir);
  const mustBeSealed = Number(attributes["version"]) >= sealedSince;
  if (mustBeSealed && !isSealed) throw lostSeal(dir);
  const { frames, lengths, trajectories } = description;
  const counts: ReadCounts = { frames: 0, bytes: 0 };
  const opened: TrajectoryFiles[] = [];
  for (let index = 0; index < trajectories; index++) {
    await checkTrajectory(dir, index, { description, isSealed: mustBeSealed });
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
      ...(lengths && { lengths }),
      decode: (trajectory, frame) => decodeFrame(opened[trajectory] as TrajectoryFiles, frame),
    }),
  };
}

/** Writes a normalisation into the store that it was measured on. */
export async function writeNormalisation(dir: string, normalisation: Normalisation): Promise<void> {
  await replaceGroup(dir, { ...(await readAttributes(dir)), normalisation });
}
