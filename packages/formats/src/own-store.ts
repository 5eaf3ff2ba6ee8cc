import { observeLayout } from "../observe.ts";
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
  const { channels, grid, frames, frameInterval, split } = description;
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
      fields: [{ name: "state", channels, axes: null, state: true }],
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
  // What is left of a vector is one still, as for an observation of fields.
  const { vectors: kept } = observeLayout(description, [
    { kind: "fields", channels: part.description.channels },
  ]);
  const { experiment, recipe, seed, observation } = description;
  return {
    ...part,
    description: {
      ...part.description,
      ...(kept === undefined ? {} : { vectors: kept }),
      experiment,
      recipe,
      seed,
      observation,
    },
  };
}
