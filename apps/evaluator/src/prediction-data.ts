import type { Manifest } from "@eddyflow/checkpointing";
import { DataError } from "@eddyflow/core";
import { type TrajectoryStore, timestampChannel, withTimestamp } from "@eddyflow/datasets";
import { openData } from "@eddyflow/formats";
import {
  type DataRecipe,
  dataRecipeWith,
  type Split,
  type System,
  upgradeRecipe,
} from "@eddyflow/systems";
import { openSplit } from "command-line";

/** The data of a prediction: states as the model sees them. */
export interface PredictionData {
  readonly store: TrajectoryStore;
  /** How many frames of the store a step of the model is; 1 where it is no whole number of them. */
  readonly frameStride: number;
  /** The time that these frames take: the model's step, or one frame where that does not fit. */
  readonly interval: number;
}

/** The recipe of the data that a model was trained on; null where its manifest has none that is known here. */
function trainingRecipe({ config }: Manifest, own: readonly System[]): DataRecipe | null {
  const experiment: unknown = Reflect.get(config, "experiment");
  const recipe: unknown = Reflect.get(Object(experiment), "data");
  return dataRecipeWith(own).safeParse(upgradeRecipe(recipe)).data ?? null;
}

/**
 * Opens the data that a model is to forecast as it saw those it was trained on: with the channels, the observation, the
 * extent, the boundary and the interval of the recipe in its manifest. A prediction is opened as it is, because it holds
 * the model's own states.
 *
 * @param path - absolute.
 * @param split - which split of a folder that has several; null for a path to the data themselves.
 * @param systems - of one's own.
 * @throws DataError where the folder does not have that split.
 */
export async function openPredictionData(
  manifest: Manifest,
  path: string,
  split: Split | null,
  systems: readonly System[],
): Promise<PredictionData> {
  const store = await openAsTrained(manifest, path, split, systems);
  const { frameInterval } = store.description;
  const step = manifest.clock?.step ?? frameInterval;
  const frames = Math.round(step / frameInterval);
  const isWhole = frames > 0 && Math.abs(step / frameInterval / frames - 1) < 1e-6;
  const { channel = null } = manifest.clock ?? {};
  return {
    store: channel === timestampChannel ? withTimestamp(store) : store,
    ...(isWhole
      ? { interval: step, frameStride: frames }
      : { interval: frameInterval, frameStride: 1 }),
  };
}

async function openAsTrained(
  manifest: Manifest,
  path: string,
  split: Split | null,
  systems: readonly System[],
): Promise<TrajectoryStore> {
  const recipe = trainingRecipe(manifest, systems);
  if (split === null) {
    const plain = await openData(path).catch(() => null);
    if (plain?.description.split === "prediction") return plain;
  }
  const options = split === null ? {} : { split };
  if (recipe === null) return openData(path, options);
  const place = split === null ? { train: path, validation: path, test: path } : path;
  const found = await openSplit(place, split ?? "test", recipe, { systems });
  if (found !== null) return found;
  throw new DataError({
    problem: split === null ? `there is nothing at ${path}` : `${path} has no split ${split}`,
    expected: "data to start from",
    remedy: split === null ? "check the path" : "give another --split, or a path without --split",
  });
}
