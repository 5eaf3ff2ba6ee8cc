import { createHash } from "node:crypto";
import { framesOf } from "./frames-of.ts";
import type { PairOptions } from "./pairs.ts";
import type { TrajectoryStore } from "./trajectory-store.ts";

/**
 * A SHA-256 by which what was computed from the pairs of a store knows them again, wherever the store lies: of their grid,
 * channels, units and counts, and of the values of the first and the last frame.
 *
 * @throws DataError as the store's `readFrames` does.
 */
export async function dataHash(
  store: TrajectoryStore,
  { normalisation, parameters, history = 1, frameStride = 1 }: PairOptions = {},
): Promise<string> {
  const { description } = store;
  const { grid, channels, frameInterval, frames, lengths, trajectories } = description;
  const { shape, extent, boundary } = grid;
  const units = normalisation && [normalisation.channels, normalisation.mean, normalisation.std];
  const hash = createHash("sha256").update(
    JSON.stringify([
      [shape, extent, boundary],
      ...[
        channels,
        frameInterval,
        frames,
        trajectories,
        units ?? null,
        parameters ?? null,
        history,
        frameStride,
        ...(lengths === undefined ? [] : [lengths]),
      ],
    ]),
  );
  for (const [trajectory, frame] of [
    [0, 0],
    [trajectories - 1, framesOf(description, trajectories - 1) - 1],
  ] as const) {
    const { buffer, byteOffset, byteLength } = await store.readFrames(trajectory, frame, 1);
    hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
