import { axisUnits } from "./axis-units.ts";

/** Where the bands of `bandEnergies` end, in waves along the longest side of the box. */
export interface BandLimits {
  /** Between low and mid: a quarter of `complete`. */
  readonly low: number;
  /** Between mid and high: half of `complete`. */
  readonly mid: number;
  /** The largest |k| that the grid resolves in every direction: the Nyquist wavenumber of its coarsest axis. */
  readonly complete: number;
}

/**
 * The limits of the three bands: with k_c = minᵢ (nᵢ/2)(L_max/Lᵢ), low is |k| < k_c/4, mid is k_c/4 ≤ |k| < k_c/2 and
 * high is k_c/2 ≤ |k|. With square cells and N points along the longest side these are N/8 and N/4 waves.
 *
 * @param extent - length of the box along each axis; cells are taken as square without it.
 */
export function bandLimits(
  shape: readonly number[],
  extent: readonly number[] = shape,
): BandLimits {
  const units = axisUnits(extent);
  const complete = Math.min(...shape.map((n, axis) => (n / 2) * (units[axis] as number)));
  return { low: complete / 4, mid: complete / 2, complete };
}
