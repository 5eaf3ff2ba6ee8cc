import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { TrajectoryStore } from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import type { DataRecipe, SimulationRecipe, Split, System } from "@eddyflow/systems";
import { userPath } from "./user-path.ts";

/** Where data lie: a file or folder with all splits, or one for each. */
export type DataPlace = string | Readonly<Record<Split, string>>;

/** The same place with each of its paths changed. */
export const mapPlace = (place: DataPlace, change: (path: string) => string): DataPlace =>
  typeof place === "string"
    ? change(place)
    : {
        train: change(place.train),
        validation: change(place.validation),
        test: change(place.test),
      };

/** Where the data of an experiment lie, absolute: as typed, as its files do, or in `data/<name>`. */
export function dataPlace(
  { name, data }: Pick<ExperimentConfig, "name" | "data">,
  typed: string | null,
): DataPlace {
  if (typed !== null) return userPath(typed);
  return mapPlace(data.system === "files" ? data.path : join("data", name), userPath);
}

/** Whether there is something at a path; what cannot be looked at is no absent file. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}

/** The path to open, and the split to ask it for; null where there is none. */
async function findSplit(
  place: DataPlace,
  split: Split,
): Promise<{ readonly path: string; readonly split?: Split } | null> {
  if (typeof place !== "string") {
    const path = place[split];
    return (await isThere(path)) ? { path } : null;
  }
  const names = await readdir(place).catch((error: NodeJS.ErrnoException): string[] | null => {
    if (error.code === "ENOENT") return [];
    if (error.code === "ENOTDIR") return null;
    throw error;
  });
  const isStores = names?.every((name) => name.endsWith(".zarr") || name.startsWith("."));
  if (isStores && !names?.includes(`${split}.zarr`)) return null;
  return { path: place, split };
}

/** The channels that a recipe sees, without the time. */
async function seenChannels(
  recipe: SimulationRecipe,
  own: readonly System[],
): Promise<readonly string[]> {
  const { systemOf } = await import("@eddyflow/systems");
  const { observation } = recipe;
  const steps = "pointStride" in observation ? [] : observation;
  return steps.reduce<readonly string[]>(
    (channels, step) => (step.kind === "fields" ? step.channels : channels),
    systemOf(recipe, own).layout(recipe).channels,
  );
}

export interface OpenSplitOptions {
  /** Every n-th frame of what the recipe records; 1 unless given. */
  readonly timeStride?: number;
  /** Systems of one's own, one of which the recipe may name; none unless given. */
  readonly systems?: readonly System[];
}

/**
 * Opens a split of an experiment's data, of any format that is readable, with the recipe's channels where they
 * are all there; null where the folder does not have it.
 *
 * @throws DataError for data that cannot be used; ArgumentError for a recipe that does not fit them.
 */
export async function openSplit(
  place: DataPlace,
  split: Split,
  recipe: DataRecipe,
  { timeStride = 1, systems = [] }: OpenSplitOptions = {},
): Promise<TrajectoryStore | null> {
  const found = await findSplit(place, split);
  if (found === null) return null;
  // Readers of many formats come with it: a command that reads no data should not wait for them.
  const { observedStore, withTimestamp } = await import("@eddyflow/datasets");
  const { openData } = await import("@eddyflow/formats");
  const { path, ...which } = found;
  const timed = (store: TrajectoryStore) => (recipe.timestamp ? withTimestamp(store) : store);
  if (recipe.system === "files") {
    const { observation, channels, frames, frameInterval, extent, boundary } = recipe;
    const everyNth = timeStride * (recipe.timeStride ?? 1);
    const store = await openData(path, {
      ...which,
      ...(channels && { channels }),
      ...(frames && { frames }),
      ...(frameInterval && { frameInterval }),
      ...(extent && { extent }),
      ...(boundary && { boundary }),
      ...(everyNth > 1 && { timeStride: everyNth }),
    });
    return timed(observation === undefined ? store : observedStore(store, observation));
  }
  const options = { ...which, ...(timeStride > 1 && { timeStride }) };
  const store = await openData(path, options);
  const channels = await seenChannels(recipe, systems);
  const own = store.description.channels;
  const isSubset = channels.length < own.length && channels.every((name) => own.includes(name));
  // The time is a channel of a store that the simulator made, and stays.
  const isTimed = isSubset && recipe.timestamp === true && own.length === channels.length + 1;
  return timed(isSubset && !isTimed ? await openData(path, { ...options, channels }) : store);
}
