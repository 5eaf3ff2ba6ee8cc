import { ShapeError } from "@eddyflow/core";
import { type BandEnergies, bandEnergies } from "@eddyflow/spectral";
import { checkFrames, type Field } from "./field.ts";
import { meanOf } from "./mean-of.ts";

/** Energy of a prediction over that of the truth in each band; 1 is right, below 1 is blurred. */
export interface BandEnergyRatios {
  /** |k| < N/8. */
  readonly low: number;
  /** N/8 ≤ |k| < N/4. */
  readonly mid: number;
  /** N/4 ≤ |k|. */
  readonly high: number;
}

/**
 * The energy of the prediction over that of the truth in the bands |k| < N/8, < N/4 and above (`bandEnergies` of
 * `@eddyflow/spectral`; the spatial mean does not count). The energies of several frames are summed before they are
 * divided. Each channel has its own ratio, and the result is the mean of these. The ratio of a band without energy in
 * the truth is infinite or NaN.
 *
 * @param predictions - one frame `[...space, channel]` or several.
 * @param truths - as many frames.
 * @param shape - of space alone; the number of channels follows from the length of the frames.
 * @throws ShapeError when frames differ in length or number, or do not fit `shape`.
 */
export function bandEnergyRatios(
  predictions: Field | readonly Field[],
  truths: Field | readonly Field[],
  shape: readonly number[],
): BandEnergyRatios {
  const predicted = listOf(predictions);
  const actual = listOf(truths);
  const cells = shape.reduce((size, n) => size * n, 1);
  const channels = (actual[0]?.length ?? 0) / cells;
  if (predicted.length !== actual.length || !Number.isSafeInteger(channels) || channels < 1) {
    throw new ShapeError({
      problem: `${predicted.length} and ${actual.length} frames on a grid of shape [${shape.join(", ")}] cannot be compared`,
      expected: "as many predictions as truths, each with that many cells per channel",
      remedy: "give the shape of the space, without channels",
    });
  }
  for (const [i, truth] of actual.entries()) {
    checkFrames(predicted[i] as Field, truth);
    checkFrames(truth, actual[0] as Field);
  }
  const ratios = Array.from({ length: channels }, (_, channel) => {
    const of = (frames: readonly Field[]) => channelEnergies(frames, shape, channel, channels);
    const [ours, theirs] = [of(predicted), of(actual)];
    return {
      low: ours.low / theirs.low,
      mid: ours.mid / theirs.mid,
      high: ours.high / theirs.high,
    };
  });
  const mean = (band: keyof BandEnergyRatios) => meanOf(ratios.map((ratio) => ratio[band]));
  return { low: mean("low"), mid: mean("mid"), high: mean("high") };
}

const listOf = (frames: Field | readonly Field[]): readonly Field[] =>
  ArrayBuffer.isView(frames) ? [frames as Field] : (frames as readonly Field[]);

/** Band energies of one channel, summed over frames. */
function channelEnergies(
  frames: readonly Field[],
  shape: readonly number[],
  channel: number,
  channels: number,
): BandEnergies {
  const values = new Float64Array((frames[0] as Field).length / channels);
  const total = { low: 0, mid: 0, high: 0 };
  for (const frame of frames) {
    for (let i = 0; i < values.length; i++) values[i] = frame[i * channels + channel] as number;
    const { low, mid, high } = bandEnergies(values, shape);
    total.low += low;
    total.mid += mid;
    total.high += high;
  }
  return total;
}
