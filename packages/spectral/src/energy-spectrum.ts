import { visitModeEnergies } from "./mode-energies.ts";

/**
 * The energy spectrum of a real field: E_s = Σ |û_k|²/N² over the shell s − ½ ≤ |k| < s + ½ of whole
 * wavenumbers (waves per box; along the longest axis where axes differ, cells taken as square). Σ_s E_s is
 * the mean of u² (Parseval), and E_0 the square of the mean. The half spectrum is weighted by 2, its modes
 * with last wavenumber 0 or n/2 by 1.
 *
 * Shells are complete up to s = n/2 of the shortest axis; beyond, only the corners of the grid are left.
 *
 * @throws ShapeError when the field does not have the length of `shape`.
 */
export function energySpectrum(field: Float64Array, shape: readonly number[]): Float64Array {
  const longest = Math.max(...shape);
  const largest = Math.hypot(...shape.map((n) => Math.floor(n / 2) * (longest / n)));
  const shells = new Float64Array(Math.floor(largest + 0.5) + 1);
  visitModeEnergies(field, shape, (squaredWavenumber, energy) => {
    const shell = Math.floor(Math.sqrt(squaredWavenumber) + 0.5);
    shells[shell] = (shells[shell] as number) + energy;
  });
  return shells;
}
