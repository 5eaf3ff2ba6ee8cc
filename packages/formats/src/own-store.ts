import { join } from "node:path";
import {
  framesOf,
  observeLayout,
  openTrajectoryStore,
  type TrajectoryStore,
} from "@eddyflow/datasets";
import type { Format } from "./format.ts";
import type { OpenDataOptions } from "./open-data-options.ts";
import { openSource } from "./open-source.ts";
import type { Place } from "./place.ts";
import { exists } from "./size-of.ts";

/** The store at a place, or that of the split in it; null where there is none. */
async function findStore({ path }: Place, { split }: OpenDataOptions): Promise<string | null> {
  for (const dir of [path, join(path, `${split}.zarr`)]) {
    if (await exists(join(dir, "zarr.json"))) return dir;
  }
  return null;
}

/** The channels, trajectories or frames of a store that the options name. */
async function partOf(
  store: TrajectoryStore,
  path: string,
  options: OpenDataOptions,
): Promise<TrajectoryStore> {
  const { description } = store;
  const { channels, grid, frameInterval, split, parameters = {} } = description;
  if (Object.keys(options).every((name) => name === "split" && options.split === split)) {
    return store;
  }
  const part = await openSource(
    {
      format: "eddyflow",
      name: description.experiment,
      path,
      shape: grid.shape,
      extent: () => grid.extent,
      boundary: grid.boundary,
      fields: [{ name: "state", channels, order: 0, state: true }],
      trajectories: Array.from({ length: store.trajectories }, (_, index) => ({
        path,
        frames: framesOf(description, index),
        frameInterval: () => frameInterval,
        parameters: Object.fromEntries(
          Object.entries(parameters).map(([name, values]) => [name, values[index] as number]),
        ),
        read: async (_field, frame) => ({
          data: await store.readFrames(index, frame, 1),
          componentsFirst: false,
          where: `trajectory ${index}, frame ${frame}`,
        }),
      })),
      split,
      statistics: store.normalisation,
      notes: description.recipe,
    },
    options,
  );
  // The store knows its vectors and tensors itself.
  const { vectors, tensors, undirected } = observeLayout(description, [
    { kind: "fields", channels: part.description.channels },
  ]);
  const { experiment, recipe, seed, observation } = description;
  return {
    ...part,
    description: {
      ...part.description,
      ...(vectors && { vectors }),
      ...(tensors && { tensors }),
      ...(undirected && { undirected }),
      experiment,
      recipe,
      seed,
      observation,
    },
  };
}

/** Trajectory stores of `@eddyflow/datasets`: one store, or a folder of one per split. */
export const ownStore: Format = {
  name: "Eddyflow",
  about: "a folder with zarr.json, or a folder of <split>.zarr",
  recognises: async (place, options) => (await findStore(place, options)) !== null,
  open: async (place, options) => {
    const dir = (await findStore(place, options)) ?? place.path;
    return partOf(await openTrajectoryStore(dir), dir, options);
  },
};
