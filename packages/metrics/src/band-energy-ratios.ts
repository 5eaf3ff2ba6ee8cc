import { type Grid, ShapeError } from "@eddyflow/core";
import { type BandEnergies, bandEnergies } from "@eddyflow/spectral";
import { checkFrames, type Field } from "./field.ts";
import { meanOf } from "./mean-of.ts";
import { momentsOf, roundingEnergy } from "./moments.ts";
import { channelOf } from "./per-channel.ts";

/** Energy of a prediction over that of the truth in each band; 1 is right, below 1 is blurred. */
export interface BandEnergyRatios {
  /** |k| up to a quarter of what the grid resolves. Null in a band where the truth has no energy. */
  readonly low: number | null;
  /** From there to half of it. */
  readonly mid: number | null;
  /** All above. */
  readonly high: number | null;
}

/**
 * The energy of the prediction over that of the truth in the bands of `bandEnergies` of `@eddyflow/spectral` (the
 * spatial mean does not count), without unit. The energies of several frames are summed before they are divided. Each
 * channel has its own ratio, and the result is the mean of those that have one. A band of the truth with less energy than
 * rounding to 32 bits would leave in it, 2⁻⁴⁶⟨x²⟩, has no ratio.
 *
 * @param predictions - one frame `[...space, channel]` or several.
 * @param truths - as many frames.
 * @param grid - of space alone; the number of channels follows from the length of the frames. Cells are taken as square
 *   where it has no extent.
 * @throws ShapeError when frames differ in length or number, or do not fit the grid.
 */
export function bandEnergyRatios(
  predictions: Field | readonly Field[],
  truths: Field | readonly Field[],
  grid: Pick<Grid, "shape"> & Partial<Pick<Grid, "extent">>,
): BandEnergyRatios {
  const predicted = listOf(predictions);
  const actual = listOf(truths);
  const cells = grid.shape.reduce((size, n) => size * n, 1);
  const channels = (actual[0]?.length ?? 0) / cells;
  if (predicted.length !== actual.length || !Number.isSafeInteger(channels) || channels < 1) {
    throw new ShapeError({
      problem: `${predicted.length} and ${actual.length} frames on a grid of shape [${grid.shape.join(", ")}] cannot be compared`,
      expected: "as many predictions as truths, each with that many cells per channel",
      remedy: "give the shape of the space, without channels",
    });
  }
  for (const [i, truth] of actual.entries()) {
    checkFrames(predicted[i] as Field, truth);
    checkFrames(truth, actual[0] as Field);
  }
  const energies = Array.from({ length: channels }, (_, channel) => {
    const of = (frames: readonly Field[]) =>
      sumOf(
        frames.map((frame) => channelOf(frame, channel, channels)),
        grid,
      );
    return { ours: of(predicted), theirs: of(actual) };
  });
  const mean = (band: keyof BandEnergies): number | null => {
    const ratios = energies.flatMap(({ ours, theirs }) =>
      theirs[band] <= roundingEnergy * theirs.meanSquare ? [] : [ours[band] / theirs[band]],
    );
    return ratios.length === 0 ? null : meanOf(ratios);
  };
  return { low: mean("low"), mid: mean("mid"), high: mean("high") };
}

const listOf = (frames: Field | readonly Field[]): readonly Field[] =>
  ArrayBuffer.isView(frames) ? [frames as Field] : (frames as readonly Field[]);

/** Band energies and mean square of one channel, summed over frames. */
function sumOf(
  frames: readonly Float64Array[],
  { shape, extent }: Parameters<typeof bandEnergyRatios>[2],
): BandEnergies & { readonly meanSquare: number } {
  const total = { low: 0, mid: 0, high: 0, meanSquare: 0 };
  for (const frame of frames) {
    const { low, mid, high } = bandEnergies(frame, shape, extent);
    total.low += low;
    total.mid += mid;
    total.high += high;
    total.meanSquare += momentsOf(frame).meanSquare;
  }
  return total;
}
