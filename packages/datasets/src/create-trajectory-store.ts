import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError, DataError, ShapeError } from "@eddyflow/core";
import FileSystemStore from "@zarrita/storage/fs";
import { type AbsolutePath, create, set } from "zarrita";
import { withCrc32c } from "./crc32c.ts";
import {
  firstDifference,
  type Json,
  parseDescription,
  type StoreDescription,
  wrongParameter,
} from "./description.ts";
import { refuseLink } from "./refuse-link.ts";
import { sealedBytes } from "./seal.ts";
import {
  chunkName,
  exists,
  partialPrefix,
  readNode,
  remove,
  removeLeftovers,
  replaceGroup,
  sealedSince,
  sizeOf,
  storeFormat,
  trajectoriesFolder,
  trajectoryName,
} from "./zarr-files.ts";

const sizeOfShape = (shape: readonly number[]): number =>
  shape.reduce((product, points) => product * points, 1);

/** Writes the trajectories of one store, in any order, from any number of processes. */
export interface TrajectoryWriter {
  /** Whether a trajectory is there and complete. */
  has(index: number): boolean;
  /**
   * Writes a trajectory, `[time, ...space, channel]` in physical units. It becomes visible when it is
   * complete. A trajectory that is there already is kept.
   *
   * @throws ShapeError for another number of values, DataError for values that are not finite.
   */
  write(index: number, frames: Float32Array): Promise<void>;
}

async function writeArray(
  dir: string,
  { grid, channels, frames: numFrames }: StoreDescription,
  frames: Float32Array,
): Promise<void> {
  const frameShape = [...grid.shape, channels.length];
  const shape = [numFrames, ...frameShape];
  const stride = shape.map((_, axis) => sizeOfShape(shape.slice(axis + 1)));
  if (frames.length !== sizeOfShape(shape)) {
    throw new ShapeError({
      problem: `a trajectory of ${frames.length} values`,
      expected: `${sizeOfShape(shape)} for shape [${shape.join(", ")}]`,
      remedy: "give all frames, channels last",
    });
  }
  const store = new FileSystemStore(dir);
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
    get: (key: AbsolutePath) => store.get(key),
    set: (key: AbsolutePath, value: Uint8Array) =>
      store.set(key, key === "/zarr.json" ? value : withCrc32c(value)),
  };
  await set(await create(summed, options), null, { data: frames, shape, stride });
  // The size of each chunk is recorded, so that a store that was cut short is found when it is opened.
  const chunkBytes = await Promise.all(
    Array.from({ length: numFrames }, (_, frame) => sizeOf(join(dir, chunkName(frame, shape)))),
  );
  const codecs = [...options.codecs, { name: "crc32c", configuration: {} }];
  const sealing = {
    get: summed.get,
    set: (key: AbsolutePath, value: Uint8Array) => store.set(key, sealedBytes(value)),
  };
  await create(sealing, { ...options, codecs, attributes: { chunkBytes } });
}

/** The names of the trajectories that are complete. */
async function wholeNames(dir: string): Promise<string[]> {
  const folder = join(dir, trajectoriesFolder);
  if (!(await exists(folder))) return [];
  return (await readdir(folder)).filter((name) => /^\d{6,}$/u.test(name));
}

type Parameters = NonNullable<StoreDescription["parameters"]>;

/** For each parameter the longer of both lists: a store that grows keeps what its trajectories were made with. */
const longerParameters = (left: Parameters, right: Parameters): Parameters => ({
  ...left,
  ...Object.fromEntries(
    Object.entries(right).filter(([name, values]) => values.length > (left[name]?.length ?? -1)),
  ),
});

/** A description without its number of trajectories, and of its parameters those of the first trajectories. */
const comparable = (
  { parameters, trajectories: _, ...others }: StoreDescription,
  common: number,
): unknown =>
  JSON.parse(
    JSON.stringify({
      ...others,
      parameters: Object.fromEntries(
        Object.entries(parameters ?? {}).map(([name, values]) => [name, values.slice(0, common)]),
      ),
    }),
  );

/** Opens the root to go on with it: the description must be the same, but may have more trajectories. */
async function resumeRoot(
  dir: string,
  description: StoreDescription,
  upgradeRecipe: (recipe: Json) => Json,
): Promise<void> {
  const { attributes, isSealed } = await readNode(dir);
  const stored = parseDescription(attributes, dir);
  const there = { ...stored, recipe: upgradeRecipe(stored.recipe) };
  const trajectories = Math.max(there.trajectories, description.trajectories);
  const common = Math.min(there.trajectories, description.trajectories);
  // The parameters follow from the recipe, and stores of older releases have none.
  const known = { ...there, parameters: there.parameters ?? description.parameters ?? {} };
  const asked = { ...description, parameters: description.parameters ?? known.parameters };
  const difference = firstDifference(comparable(known, common), comparable(asked, common));
  if (difference !== null && (await wholeNames(dir)).length === 0) {
    // Nothing was made of the other recipe, so nothing is lost.
    await replaceGroup(dir, { ...storeFormat, ...description });
    return;
  }
  if (difference !== null) {
    const { path, left, right } = difference;
    throw new DataError({
      problem: `${dir} holds data of another recipe (${path} is ${JSON.stringify(left)}, not ${JSON.stringify(right)})`,
      expected: "the recipe it was begun with",
      remedy: "choose another folder, or remove this one",
    });
  }
  const isNew = there.parameters === undefined && description.parameters !== undefined;
  if (trajectories === there.trajectories && !isNew) return;
  const parameters = longerParameters(known.parameters, asked.parameters);
  // A normalisation measured on fewer trajectories is not this store's.
  const { normalisation, ...kept } = attributes;
  await replaceGroup(dir, {
    ...kept,
    ...storeFormat,
    // Its trajectories have no hash to be compared with.
    ...(!isSealed && { version: sealedSince - 1 }),
    ...there,
    trajectories,
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(trajectories === there.trajectories && normalisation !== undefined && { normalisation }),
  });
}

async function createRoot(dir: string, description: StoreDescription): Promise<void> {
  // A process that was killed at its very start leaves only the folder of the trajectories.
  const own = (name: string) => name === trajectoriesFolder || name.startsWith(".");
  const others = (await readdir(dir)).filter((name) => !own(name));
  if (others.length > 0) {
    throw new DataError({
      problem: `${dir} is not empty and holds no trajectory store (${others[0]} is there)`,
      expected: "an absent or empty folder, or a store that was begun",
      remedy: "choose another folder",
    });
  }
  await mkdir(join(dir, trajectoriesFolder), { recursive: true });
  // Complete or not at all, like the root: another process may have made it before, and this one may be killed.
  await replaceGroup(join(dir, trajectoriesFolder), {});
  // The root comes last: a folder that has one is a store.
  await replaceGroup(dir, { ...storeFormat, ...description });
}

export interface CreateTrajectoryStoreOptions {
  /** Gives the recipe of a store that is there the names of today, before it is compared. */
  readonly upgradeRecipe?: (recipe: Json) => Json;
}

/**
 * Begins a trajectory store, or goes on with the one that is there: a Zarr v3 group whose attributes are
 * the description, with one float32 array `trajectories/000007` of shape `[time, ...space, channel]` per
 * trajectory, one chunk per frame. Each chunk has a checksum (the codec crc32c), and each `zarr.json` the SHA-256 of its
 * content as an attribute. A description with more trajectories than the store has extends the store.
 *
 * @throws ArgumentError for parameters that are not one finite number per trajectory.
 * @throws DataError where the folder holds a store of another description, or anything else; StorageError where it or the
 *   folder of its trajectories is a symbolic link.
 */
export async function createTrajectoryStore(
  dir: string,
  description: StoreDescription,
  { upgradeRecipe = (recipe) => recipe }: CreateTrajectoryStoreOptions = {},
): Promise<TrajectoryWriter> {
  const wrong = wrongParameter(description);
  if (wrong !== null) {
    throw new ArgumentError({
      problem: wrong,
      expected: `one finite number for each of ${description.trajectories} trajectories`,
      remedy: "correct the parameters of the description",
    });
  }
  await refuseLink(dir);
  await refuseLink(join(dir, trajectoriesFolder));
  await mkdir(dir, { recursive: true });
  if (await exists(join(dir, "zarr.json"))) await resumeRoot(dir, description, upgradeRecipe);
  else await createRoot(dir, description);

  const folder = join(dir, trajectoriesFolder);
  await mkdir(folder, { recursive: true });
  const whole = new Set(await wholeNames(dir));
  if (whole.size >= description.trajectories) await removeLeftovers(dir, whole);
  return {
    has: (index) => whole.has(trajectoryName(index)),
    write: async (index, frames) => {
      const name = trajectoryName(index);
      const bad = frames.findIndex((value) => !Number.isFinite(value));
      if (bad !== -1) {
        throw new DataError({
          problem: `trajectory ${index} has the value ${frames[bad]} at position ${bad}`,
          expected: "finite values",
          remedy: "use a smaller time step",
        });
      }
      const path = join(folder, name);
      const partial = join(dir, `${partialPrefix}${name}-${randomUUID()}`);
      try {
        await mkdir(partial);
        await writeArray(partial, description, frames);
        await rename(partial, path);
      } catch (error) {
        await remove(partial);
        // Another process was faster; the same recipe made the same values.
        if (!(await exists(path))) throw error;
      }
      whole.add(name);
      await removePartials(dir, name);
    },
  };
}

/** Removes what a killed process left of a trajectory that is complete by now. */
async function removePartials(dir: string, name: string): Promise<void> {
  for (const entry of await readdir(dir)) {
    if (!entry.startsWith(`${partialPrefix}${name}-`)) continue;
    await remove(join(dir, entry));
  }
}
