import { join } from "node:path";
import { DataError, type Normalisation } from "@eddyflow/core";
import FileSystemStore from "@zarrita/storage/fs";
import { isZarritaError, open } from "zarrita";
import { parseDescription, type StoreDescription } from "./description.ts";
import { frameReader } from "./frame-reader.ts";
import {
  chunkName,
  readAttributes,
  replaceRoot,
  sizeOf,
  trajectoriesFolder,
  trajectoryName,
} from "./zarr-files.ts";

/** A complete store of trajectories, all of one shape. */
export interface TrajectoryStore {
  readonly description: StoreDescription;
  readonly trajectories: number;
  /** Of this store's own values, where it was measured: the training split's belongs to every split. */
  readonly normalisation: Normalisation | null;
  /** What holds for a whole trajectory (a viscosity, an Atwood number), where the files say it: one entry per trajectory. */
  readonly constants?: readonly Readonly<Record<string, number>>[];
  /**
   * Frames first … first + count − 1 of a trajectory, `[time, ...space, channel]` in physical units.
   *
   * @throws ArgumentError for frames that the trajectory does not have.
   * @throws DataError for a file that was cut short or removed since the store was opened.
   */
  readFrames(trajectory: number, first: number, count: number): Promise<Float32Array>;
}

const cutShort = (path: string, problem: string, cause?: unknown) =>
  new DataError({
    problem: `${path} ${problem}`,
    expected: "a complete trajectory store",
    remedy:
      "remove that trajectory's folder and run the simulator again, which makes what is missing",
    cause,
  });

const parseNormalisation = (value: unknown, dir: string): Normalisation | null => {
  if (value === undefined) return null;
  const { channels, mean, std } = value as Partial<Normalisation>;
  const sizes = [channels, mean, std].map((list) => (Array.isArray(list) ? list.length : -1));
  const usable =
    new Set(sizes).size === 1 &&
    mean?.every(Number.isFinite) === true &&
    std?.every((entry) => Number.isFinite(entry) && entry > 0) === true;
  if (usable) return value as Normalisation;
  throw new DataError({
    problem: `${dir}/zarr.json: attribute "normalisation" is not usable`,
    expected: "a mean and a positive std for each channel",
    remedy: "remove the attribute and run the simulator again, which measures it",
  });
};

/** Opens one array after a look at all its files; nothing is decoded yet. */
async function openTrajectory(dir: string, index: number, description: StoreDescription) {
  const { grid, channels, frames } = description;
  const shape = [frames, ...grid.shape, channels.length];
  const path = join(dir, trajectoriesFolder, trajectoryName(index));
  if ((await sizeOf(path)) === null) {
    throw new DataError({
      problem: `${path} is missing`,
      expected: `${description.trajectories} trajectories`,
      remedy: "run the simulator again with the same arguments, it makes what is missing",
    });
  }
  const { chunkBytes } = await readAttributes(path);
  for (let frame = 0; frame < frames; frame++) {
    const name = chunkName(frame, shape);
    const size = await sizeOf(join(path, name));
    const expected = Array.isArray(chunkBytes) ? chunkBytes[frame] : undefined;
    if (size === null) throw cutShort(join(path, name), `(frame ${frame}) is missing`);
    if (size === 0 || (expected !== undefined && size !== expected)) {
      const wanted = expected === undefined ? "" : ` of ${expected}`;
      throw cutShort(join(path, name), `(frame ${frame}) has ${size}${wanted} bytes`);
    }
  }
  const files = new FileSystemStore(path);
  const reader = {
    async get(...[key, options]: Parameters<FileSystemStore["get"]>) {
      const bytes = await files.get(key, options);
      // An absent chunk means "fill value" in Zarr; here it means that a file was lost.
      if (bytes === undefined && key.startsWith("/c.")) {
        throw cutShort(`${path}${key}`, "is missing");
      }
      return bytes;
    },
  };
  try {
    const array = await open.v3(reader, { kind: "array" });
    const fits = String(array.shape) === String(shape) && array.chunks[0] === 1;
    if (array.is("float32") && fits) return { path, shape, array };
    throw cutShort(
      path,
      `holds ${array.dtype} of shape [${array.shape.join(", ")}], not frames of float32 [${shape.join(", ")}]`,
    );
  } catch (error) {
    throw isZarritaError(error) ? cutShort(`${path}/zarr.json`, "is damaged", error) : error;
  }
}

type Trajectory = Awaited<ReturnType<typeof openTrajectory>>;

async function decodeFrame({ path, shape, array }: Trajectory, frame: number) {
  const file = join(path, chunkName(frame, shape));
  try {
    const { data } = await array.getChunk([frame, ...shape.slice(1).map(() => 0)]);
    const size = shape.slice(1).reduce((product, points) => product * points, 1);
    if (data.length === size) return data;
    throw cutShort(file, `(frame ${frame}) holds ${data.length} of ${size} values`);
  } catch (error) {
    if (!isZarritaError(error)) throw error;
    throw cutShort(file, `(frame ${frame}) does not decode`, error);
  }
}

/**
 * Opens a trajectory store and looks at every file's size, so that a store that is not complete is known
 * before anything is computed from it.
 *
 * @throws DataError naming the first file that is missing, cut short or of another shape.
 */
export async function openTrajectoryStore(dir: string): Promise<TrajectoryStore> {
  const attributes = await readAttributes(dir);
  const description = parseDescription(attributes, dir);
  const { frames, trajectories } = description;
  const opened: Trajectory[] = [];
  for (let index = 0; index < trajectories; index++) {
    opened.push(await openTrajectory(dir, index, description));
  }
  return {
    description,
    trajectories,
    normalisation: parseNormalisation(attributes["normalisation"], dir),
    readFrames: frameReader({
      path: dir,
      trajectories,
      frames,
      decode: (trajectory, frame) => decodeFrame(opened[trajectory] as Trajectory, frame),
    }),
  };
}

/** Keeps a normalisation with the store that it was measured on. */
export async function writeNormalisation(dir: string, normalisation: Normalisation): Promise<void> {
  await replaceRoot(dir, { ...(await readAttributes(dir)), normalisation });
}
