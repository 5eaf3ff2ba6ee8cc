import { DataError, type Normalisation } from "@eddyflow/core";
import type { TrajectoryStore } from "./open-trajectory-store.ts";

/**
 * Mean and standard deviation (population) of each channel over all trajectories, frames and points, in one
 * pass and double precision: mₖ = mₖ₋₁ + (x − mₖ₋₁)/k, Sₖ = Sₖ₋₁ + (x − mₖ₋₁)(x − mₖ), σ² = S/k.
 *
 * The components of a vector keep their own means and share one deviation, σ² = Σ S / (d k) over its d
 * components, so that normalised vectors keep their directions about the mean.
 *
 * B. P. Welford, Technometrics 4 (1962) 419.
 *
 * @param store - of the training split: what the other splits hold must not be known.
 * @throws DataError for a channel or vector that is constant or not finite.
 */
export async function measureNormalisation(store: TrajectoryStore): Promise<Normalisation> {
  const { channels, frames, vectors = [] } = store.description;
  const mean = channels.map(() => 0);
  const squares = channels.map(() => 0);
  let count = 0;
  for (let trajectory = 0; trajectory < store.trajectories; trajectory++) {
    for (let frame = 0; frame < frames; frame++) {
      const values = await store.readFrames(trajectory, frame, 1);
      const points = values.length / channels.length;
      for (let c = 0; c < channels.length; c++) {
        let [m, s] = [mean[c] as number, squares[c] as number];
        for (let i = 0; i < points; i++) {
          const value = values[i * channels.length + c] as number;
          const difference = value - m;
          m += difference / (count + i + 1);
          s += difference * (value - m);
        }
        mean[c] = m;
        squares[c] = s;
      }
      count += points;
    }
  }
  for (const vector of vectors) {
    const components = vector.channels.map((name) => channels.indexOf(name));
    const sum = components.reduce((total, c) => total + (squares[c] as number), 0);
    for (const c of components) squares[c] = sum / components.length;
  }
  const std = squares.map((sum) => Math.sqrt(sum / count));
  const bad = std.findIndex((value) => !(value > 0 && Number.isFinite(value)));
  if (bad !== -1) {
    throw new DataError({
      problem: `channel ${channels[bad]} has the standard deviation ${std[bad]}`,
      expected: "values that vary and are finite",
      remedy: "check the recipe of the data",
    });
  }
  return { channels, mean, std };
}
