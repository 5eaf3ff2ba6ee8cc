import type { Normalisation } from "@eddyflow/core";
import type { StoreDescription } from "./description.ts";
import { type Isometry, placeFrame, placement } from "./isometry.ts";

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
  /** `[batch, ...space, history · channel + parameters]` */
  readonly previous: Float32Array<ArrayBuffer>;
  /** `[batch, ...space, channel]` */
  readonly next: Float32Array<ArrayBuffer>;
  /** Those after it, each of its shape. */
  readonly later: readonly Float32Array<ArrayBuffer>[];
}

/** How the values of a batch are normalised; null: they stay in physical units, or there are no parameters. */
export interface BatchNormalisation {
  readonly normalisation: Normalisation | null;
  /** The parameters that stand behind the history. */
  readonly parameters: Normalisation | null;
}

/** Reads a frame `[...space, channel]`, which nobody may write to. */
export type ReadFrame = (trajectory: number, frame: number) => Promise<Float32Array>;

/** The parameters of a trajectory as a network sees them, (value − mean) / std. */
const parametersOf = (
  { parameters = {} }: StoreDescription,
  trajectory: number,
  { channels, mean, std }: Normalisation,
): readonly number[] =>
  channels.map((name, k) => {
    const value = parameters[name]?.[trajectory] as number;
    return (value - (mean[k] as number)) / (std[k] as number);
  });

/**
 * Reads the frames of a batch and puts each, moved and normalised, where it belongs: the states of the
 * history side by side as channels, the oldest first, then the parameters of the trajectory, the same at all
 * points. One row's frames are in memory at a time.
 */
export async function assembleBatch(
  readFrame: ReadFrame,
  description: StoreDescription,
  rows: readonly BatchRow[],
  { normalisation, parameters }: BatchNormalisation,
): Promise<HostBatch> {
  const channels = description.channels.length;
  const points = description.grid.shape.reduce((product, n) => product * n, 1);
  const { frames = [0], later: numLater = 0 }: Partial<BatchRow> = rows[0] ?? {};
  const history = frames.length - 1 - numLater;
  const states = channels * history;
  const width = states + (parameters?.channels.length ?? 0);
  const previous = new Float32Array(rows.length * points * width);
  const toCome = Array.from(
    { length: 1 + numLater },
    () => new Float32Array(rows.length * points * channels),
  );
  const {
    mean = description.channels.map(() => 0),
    std = description.channels.map(() => 1),
  }: Partial<Normalisation> = normalisation ?? {};
  for (const [row, { trajectory, frames, motion }] of rows.entries()) {
    const where = placement(description, motion);
    const values = await Promise.all(frames.map((frame) => readFrame(trajectory, frame)));
    const first = row * points * width;
    for (const [age, frame] of values.entries()) {
      const ahead = toCome[age - history];
      placeFrame(frame, where, {
        values: ahead ?? previous,
        first: ahead ? row * points * channels : first + age * channels,
        pitch: ahead ? channels : width,
        mean,
        std,
      });
    }
    if (parameters === null) continue;
    for (const [k, value] of parametersOf(description, trajectory, parameters).entries()) {
      for (let i = 0; i < points; i++) previous[first + i * width + states + k] = value;
    }
  }
  const [next, ...later] = toCome as [Float32Array<ArrayBuffer>, ...Float32Array<ArrayBuffer>[]];
  return { previous, next, later };
}
