import type { Normalisation } from "@eddyflow/core";
import { type Isometry, placeFrame, placement } from "./isometry.ts";
import type { FieldLayout } from "./layout.ts";

/** One row of a batch: frames of a trajectory, oldest first: the history, the one to come and the later ones. */
export interface BatchRow {
  readonly trajectory: number;
  readonly frames: readonly number[];
  /** How many frames at the end come after the next one; none unless given. */
  readonly later?: number;
  readonly motion: Isometry;
}

/** The values of a batch on the host. */
export interface HostBatch {
  /** `[batch, ...space, history · channel]` */
  readonly previous: Float32Array<ArrayBuffer>;
  /** `[batch, ...space, channel]` */
  readonly next: Float32Array<ArrayBuffer>;
  /** Those after it, each of its shape. */
  readonly later: readonly Float32Array<ArrayBuffer>[];
}

/** A frame `[...space, channel]`, not to be written to. */
export type ReadFrame = (trajectory: number, frame: number) => Promise<Float32Array>;

/**
 * Reads the frames of a batch and puts each, moved and normalised, where it belongs: the states of the
 * history beside each other as channels, oldest first. One row's frames are in memory at a time.
 */
export async function assembleBatch(
  readFrame: ReadFrame,
  layout: FieldLayout,
  rows: readonly BatchRow[],
  normalisation: Normalisation | null,
): Promise<HostBatch> {
  const channels = layout.channels.length;
  const points = layout.grid.shape.reduce((product, n) => product * n, 1);
  const { frames = [0], later: numLater = 0 }: Partial<BatchRow> = rows[0] ?? {};
  const history = frames.length - 1 - numLater;
  const previous = new Float32Array(rows.length * points * channels * history);
  const toCome = Array.from(
    { length: 1 + numLater },
    () => new Float32Array(rows.length * points * channels),
  );
  const {
    mean = layout.channels.map(() => 0),
    std = layout.channels.map(() => 1),
  }: Partial<Normalisation> = normalisation ?? {};
  for (const [row, { trajectory, frames, motion }] of rows.entries()) {
    const where = placement(layout, motion);
    const values = await Promise.all(frames.map((frame) => readFrame(trajectory, frame)));
    for (const [age, frame] of values.entries()) {
      const ahead = toCome[age - history];
      const pitch = ahead ? channels : channels * history;
      placeFrame(frame, where, {
        values: ahead ?? previous,
        first: row * points * pitch + (ahead ? 0 : age * channels),
        pitch,
        mean,
        std,
      });
    }
  }
  const [next, ...later] = toCome as [Float32Array<ArrayBuffer>, ...Float32Array<ArrayBuffer>[]];
  return { previous, next, later };
}
