import type { TrajectoryStore } from "../open-trajectory-store.ts";
import { type OpenDataOptions, openSource } from "./open-source.ts";

/**
 * A part of a store of our own: its channels, trajectories or frames that the options name.
 *
 * @throws ArgumentError as `openSource` does.
 */
export function storeSource(
  store: TrajectoryStore,
  path: string,
  options: OpenDataOptions,
): TrajectoryStore {
  const { description } = store;
  const { channels, grid, frames, frameInterval, split, vectors = [] } = description;
  if (Object.keys(options).every((name) => name === "split" && options.split === split))
    return store;
  const part = openSource(
    {
      format: "eddyflow",
      name: description.experiment,
      path,
      shape: grid.shape,
      extent: () => grid.extent,
      boundary: grid.boundary,
      fields: [{ name: "state", channels, vector: false, state: true }],
      trajectories: Array.from({ length: store.trajectories }, (_, index) => ({
        path,
        frames,
        frameInterval: () => frameInterval,
        constants: store.constants?.[index] ?? {},
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
  const kept = vectors
    .map((vector) => vector.map((at) => part.description.channels.indexOf(channels[at] ?? "")))
    .filter((vector) => !vector.includes(-1));
  const { experiment, recipe, seed, observation } = description;
  return {
    ...part,
    description: {
      ...part.description,
      ...(kept.length > 0 ? { vectors: kept } : {}),
      experiment,
      recipe,
      seed,
      observation,
    },
  };
}
