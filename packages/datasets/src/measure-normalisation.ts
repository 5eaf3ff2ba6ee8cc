import { DataError, type Normalisation } from "@eddyflow/core";
import { framesOf } from "./frames-of.ts";
import { moments } from "./moments.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";

/**
 * Mean and standard deviation (population) of each channel over all trajectories, frames and points, in one
 * pass that reads one frame at a time.
 *
 * The components of a vector keep their own means and share one deviation, σ² = Σ S / (d k) over its d
 * components, so that normalised vectors keep their directions about the mean.
 *
 * @param store - of the training split: nothing of the other splits may be known.
 * @throws DataError for a channel or vector that is constant or not finite.
 */
export async function measureNormalisation(store: TrajectoryStore): Promise<Normalisation> {
  const { description } = store;
  const { channels, vectors = [] } = description;
  const seen = moments(channels.length);
  for (let trajectory = 0; trajectory < store.trajectories; trajectory++) {
    for (let frame = 0; frame < framesOf(description, trajectory); frame++) {
      seen.add(await store.readFrames(trajectory, frame, 1));
    }
  }
  const variance = [...seen.variance()];
  for (const vector of vectors) {
    const components = vector.channels.map((name) => channels.indexOf(name));
    const sum = components.reduce((total, c) => total + (variance[c] as number), 0);
    for (const c of components) variance[c] = sum / components.length;
  }
  const std = variance.map(Math.sqrt);
  const bad = std.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (bad !== -1) {
    throw new DataError({
      problem: `channel ${channels[bad]} has the standard deviation ${std[bad]}`,
      expected: "values that vary and are finite",
      remedy: "check how the data were made",
    });
  }
  return { channels, mean: seen.mean, std };
}
