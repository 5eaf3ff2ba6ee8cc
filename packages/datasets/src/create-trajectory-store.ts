import { randomUUID } from "node:crypto";
import { mkdir, readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import { ArgumentError, DataError } from "@eddyflow/core";
import { arrayWriter } from "./array-writer.ts";
import { refuseUnfit, wrongAttribute } from "./attribute-checks.ts";
import {
  firstDifference,
  type Json,
  parseDescription,
  type StoreDescription,
  storeChecks,
  wrongComponents,
  wrongLengths,
  wrongParameter,
} from "./description.ts";
import { framesOf } from "./frames-of.ts";
import { refuseLink } from "./refuse-link.ts";
import {
  exists,
  lookAnew,
  partialPrefix,
  readNode,
  remove,
  removeLeftovers,
  replaceGroup,
  sealedSince,
  storeFormat,
  trajectoriesFolder,
  trajectoryName,
} from "./zarr-files.ts";

/** A trajectory that is written frame by frame. Nobody sees it before it is finished. */
export interface TrajectoryFrames {
  /**
   * Writes the next frame, `[...space, channel]` in physical units.
   *
   * @throws ShapeError for another number of values, or one frame too many; DataError for values that are not finite.
   */
  add(frame: Float32Array): Promise<void>;
  /** Makes the trajectory visible. @throws ShapeError where frames are missing. */
  finish(): Promise<void>;
  /** Removes what was written. */
  abandon(): Promise<void>;
}

/** Writes the trajectories of one store, in any order, from any number of processes. */
export interface TrajectoryWriter {
  /** Whether a trajectory is there and complete. */
  has(index: number): boolean;
  /** Begins a trajectory that is too long to be held at once. Memory and open files do not grow with its length. */
  begin(index: number): Promise<TrajectoryFrames>;
  /**
   * Writes a trajectory, `[time, ...space, channel]` in physical units. It becomes visible when it is
   * complete. A trajectory that is there already is kept.
   *
   * @throws ShapeError for another number of values, DataError for values that are not finite.
   */
  write(index: number, frames: Float32Array): Promise<void>;
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

/** A description without its number of trajectories, and of its parameters and lengths those of the first trajectories. */
const comparable = (
  { parameters, lengths, trajectories: _, ...others }: StoreDescription,
  common: number,
): unknown =>
  JSON.parse(
    JSON.stringify({
      ...others,
      ...(lengths && { lengths: lengths.slice(0, common) }),
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
    ...(description.lengths?.length === trajectories && { lengths: description.lengths }),
    ...(Object.keys(parameters).length > 0 && { parameters }),
    ...(trajectories === there.trajectories && normalisation !== undefined && { normalisation }),
  });
}

/** @returns whether it was begun here, and not by another process meanwhile. */
async function createRoot(dir: string, description: StoreDescription): Promise<boolean> {
  // A process that was killed at its very start leaves only the folder of the trajectories.
  const own = (name: string) => name === trajectoriesFolder || name.startsWith(".");
  const others = (await readdir(dir)).filter((name) => !own(name));
  if (others.includes("zarr.json")) return false;
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
  return true;
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
 * @throws ArgumentError for a description that no store can be opened with, such as one of no trajectories, or parameters or
 *   lengths that are not one finite number per trajectory.
 * @throws DataError where the folder holds a store of another description, or anything else; StorageError where it or the
 *   folder of its trajectories is a symbolic link.
 */
export async function createTrajectoryStore(
  dir: string,
  description: StoreDescription,
  { upgradeRecipe = (recipe) => recipe }: CreateTrajectoryStoreOptions = {},
): Promise<TrajectoryWriter> {
  refuseUnfit(wrongAttribute({ ...description }, storeChecks) ?? wrongComponents(description));
  const wrong = wrongParameter(description) ?? wrongLengths(description);
  if (wrong !== null) {
    throw new ArgumentError({
      problem: wrong,
      expected: `one finite number for each of ${description.trajectories} trajectories`,
      remedy: "correct the parameters or lengths of the description",
    });
  }
  await refuseLink(dir);
  await refuseLink(join(dir, trajectoriesFolder));
  await mkdir(dir, { recursive: true });
  const isThere = await exists(join(dir, "zarr.json"));
  if (isThere || !(await createRoot(dir, description))) {
    await resumeRoot(dir, description, upgradeRecipe);
  }

  const folder = join(dir, trajectoriesFolder);
  await mkdir(folder, { recursive: true });
  let whole = new Set(await wholeNames(dir));
  if (whole.size < description.trajectories) {
    await lookAnew(folder);
    whole = new Set(await wholeNames(dir));
  }
  if (whole.size >= description.trajectories) await removeLeftovers(dir, whole);
  const begin = async (index: number): Promise<TrajectoryFrames> => {
    const name = trajectoryName(index);
    const partial = join(dir, `${partialPrefix}${name}-${randomUUID()}`);
    await mkdir(partial);
    const array = await arrayWriter(partial, index, description);
    return {
      add: array.add,
      finish: async () => {
        await array.finish();
        await rename(partial, join(folder, name));
        whole.add(name);
        await removePartials(dir, name);
      },
      abandon: () => remove(partial),
    };
  };
  return {
    has: (index) => whole.has(trajectoryName(index)),
    begin,
    write: async (index, frames) => {
      const name = trajectoryName(index);
      const size = Math.ceil(frames.length / framesOf(description, index));
      const writing = await begin(index);
      try {
        for (let at = 0; at < frames.length; at += size) {
          await writing.add(frames.subarray(at, at + size));
        }
        await writing.finish();
      } catch (error) {
        await writing.abandon();
        // Another process was faster; the same recipe made the same values.
        if (!(await exists(join(folder, name)))) throw error;
        whole.add(name);
        await removePartials(dir, name);
      }
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
