import { axisUnits } from "./axis-units.ts";
import { visitModeEnergies } from "./mode-energies.ts";

/**
 * The energy spectrum of a real field: E_s = Σ |û_k|²/N² over the shell s − ½ ≤ |k| < s + ½, |k| the length of the wave
 * vector in waves along the longest side of the box (times 2π/L_max it is in radians per length). Σ_s E_s is the mean
 * of u² (Parseval), and E_0 the square of the mean. The half spectrum is weighted by 2, its modes with last wavenumber
 * 0 or n/2 by 1.
 *
 * Shells are complete up to `bandLimits(shape, extent).complete`; beyond, only some directions are left.
 *
 * @param extent - length of the box along each axis, in any unit; cells are taken as square without it.
 * @throws ShapeError when the field does not have the length of `shape`.
 */
export function energySpectrum(
  field: Float64Array,
  shape: readonly number[],
  extent: readonly number[] = shape,
): Float64Array {
  const units = axisUnits(extent);
  const largest = Math.hypot(
    ...shape.map((n, axis) => Math.floor(n / 2) * (units[axis] as number)),
  );
  const shells = new Float64Array(Math.floor(largest + 0.5) + 1);
  visitModeEnergies(field, shape, extent, (squaredWavenumber, energy) => {
    const shell = Math.floor(Math.sqrt(squaredWavenumber) + 0.5);
    shells[shell] = (shells[shell] as number) + energy;
  });
  return shells;
}
