import type { Normalisation } from "@eddyflow/core";
import type { StoreDescription } from "./description.ts";
import { type Isometry, placeFrame, placement } from "./isometry.ts";

/** One row of a batch: frames of a trajectory, oldest first, the last of them the one to come. */
export interface BatchRow {
  readonly trajectory: number;
  readonly frames: readonly number[];
  readonly motion: Isometry;
}

/** The values of a batch on the host. */
export interface HostBatch {
  /** `[batch, ...space, history · channel + parameters]` */
  readonly previous: Float32Array<ArrayBuffer>;
  /** `[batch, ...space, channel]` */
  readonly next: Float32Array<ArrayBuffer>;
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
  const history = (rows[0]?.frames.length ?? 1) - 1;
  const states = channels * history;
  const width = states + (parameters?.channels.length ?? 0);
  const previous = new Float32Array(rows.length * points * width);
  const next = new Float32Array(rows.length * points * channels);
  const {
    mean = description.channels.map(() => 0),
    std = description.channels.map(() => 1),
  }: Partial<Normalisation> = normalisation ?? {};
  for (const [row, { trajectory, frames, motion }] of rows.entries()) {
    const where = placement(description, motion);
    const values = await Promise.all(frames.map((frame) => readFrame(trajectory, frame)));
    const first = row * points * width;
    for (const [age, frame] of values.entries()) {
      const isNext = age === history;
      placeFrame(frame, where, {
        values: isNext ? next : previous,
        first: isNext ? row * points * channels : first + age * channels,
        pitch: isNext ? channels : width,
        mean,
        std,
      });
    }
    if (parameters === null) continue;
    for (const [k, value] of parametersOf(description, trajectory, parameters).entries()) {
      for (let i = 0; i < points; i++) previous[first + i * width + states + k] = value;
    }
  }
  return { previous, next };
}
