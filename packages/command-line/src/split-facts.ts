import { createHash } from "node:crypto";
import type { TrajectoryStore } from "@eddyflow/datasets";

/** Trajectories that are looked into: enough to notice other data, few enough to cost nothing. */
const looked = 16;

/** By what a split is known again, wherever it lies. */
interface SplitFacts {
  readonly trajectories: number;
  readonly frames: number;
  readonly sha256: string;
}

/**
 * What one knows a split by. Of the values the first frame of some trajectories counts, the last frame of the last one, and
 * the parameters.
 *
 * @param told - the parameters of the trajectory that count.
 * @throws DataError as the store's `readFrames` does.
 */
export async function splitFacts(
  store: TrajectoryStore,
  told: readonly string[],
): Promise<SplitFacts> {
  // It loads TensorFlow.js, which a --help can do without.
  const { framesOf } = await import("@eddyflow/datasets");
  const { trajectories, description } = store;
  const { frames, parameters = {} } = description;
  const count = Math.min(looked, trajectories);
  const hash = createHash("sha256");
  hash.update(JSON.stringify(told.map((name) => parameters[name])));
  const places = [
    ...Array.from(
      { length: count },
      (_, i) => [Math.floor((i * trajectories) / count), 0] as const,
    ),
    [trajectories - 1, framesOf(description, trajectories - 1) - 1] as const,
  ];
  for (const [trajectory, frame] of places) {
    const { buffer, byteOffset, byteLength } = await store.readFrames(trajectory, frame, 1);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return { trajectories, frames, sha256: hash.digest("hex") };
}
