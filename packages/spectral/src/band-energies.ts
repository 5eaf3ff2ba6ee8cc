import { bandLimits } from "./band-limits.ts";
import { visitModeEnergies } from "./mode-energies.ts";

/** Energy of a field in three bands; their limits are those of `bandLimits`. */
export interface BandEnergies {
  /** 0 < |k|, up to a quarter of what the grid resolves. */
  readonly low: number;
  /** From there to half of it. */
  readonly mid: number;
  /** All above, the corners of the grid included. */
  readonly high: number;
}

/**
 * The energy Σ |û_k|²/N² of a real field in the bands of `bandLimits`: with square cells and N points along the longest side,
 * |k| < N/8, N/8 ≤ |k| < N/4 and above. The mean (k = 0) is left out, so that the three add up to the variance of the field
 * (Parseval). |k| is the length of the wave vector in waves along the longest side of the box, so that waves of equal
 * length lie in the same band whatever their direction. The half spectrum is weighted by 2, its modes with last
 * wavenumber 0 or n/2 by 1.
 *
 * @param extent - length of the box along each axis, in any unit; cells are taken as square without it.
 * @throws ShapeError when the field does not have the length of `shape`.
 */
export function bandEnergies(
  field: Float64Array,
  shape: readonly number[],
  extent: readonly number[] = shape,
): BandEnergies {
  const limits = bandLimits(shape, extent);
  const lowEnd = limits.low ** 2;
  const midEnd = limits.mid ** 2;
  let low = 0;
  let mid = 0;
  let high = 0;
  visitModeEnergies(field, shape, extent, (squaredWavenumber, energy) => {
    if (squaredWavenumber === 0) return;
    if (squaredWavenumber < lowEnd) low += energy;
    else if (squaredWavenumber < midEnd) mid += energy;
    else high += energy;
  });
  return { low, mid, high };
}
