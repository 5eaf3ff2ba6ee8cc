import { visitModeEnergies } from "./mode-energies.ts";

/** Energy of a field in three bands of whole wavenumbers, N points along the longest axis. */
export interface BandEnergies {
  /** 0 < |k| < N/8. */
  readonly low: number;
  /** N/8 ≤ |k| < N/4. */
  readonly mid: number;
  /** N/4 ≤ |k|, the corners of the grid included. */
  readonly high: number;
}

/**
 * The energy Σ |û_k|²/N² of a real field in the bands |k| < N/8, N/8 ≤ |k| < N/4 and above. The mean (k = 0)
 * is left out, so that the three add up to the variance of the field (Parseval). |k| is the Euclidean length
 * of the whole wavenumbers (waves per box; along the longest axis where axes differ, cells taken as square).
 * The half spectrum is weighted by 2, its modes with last wavenumber 0 or n/2 by 1.
 *
 * @throws ShapeError when the field does not have the length of `shape`.
 */
export function bandEnergies(field: Float64Array, shape: readonly number[]): BandEnergies {
  const longest = Math.max(...shape);
  const lowEnd = (longest / 8) ** 2;
  const midEnd = (longest / 4) ** 2;
  let low = 0;
  let mid = 0;
  let high = 0;
  visitModeEnergies(field, shape, (squaredWavenumber, energy) => {
    if (squaredWavenumber === 0) return;
    if (squaredWavenumber < lowEnd) low += energy;
    else if (squaredWavenumber < midEnd) mid += energy;
    else high += energy;
  });
  return { low, mid, high };
}
