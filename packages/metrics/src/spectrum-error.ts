import { ShapeError } from "@eddyflow/core";
import { roundingEnergy } from "./moments.ts";

/**
 * The relative error of a spectrum, without unit: the mean over the shells k = 1 … `lastShell` of |S_k / R_k − 1|. 0 is
 * perfect; a forecast without any waves scores 1. Every shell counts alike, whatever its energy. Of a vorticity the energies
 * of a shell are its enstrophy (½⟨ω²⟩; factors cancel), so that this is the enstrophy spectrum error. Average the
 * spectra over members and initial states first: |·| turns the scatter of a single spectrum into an error.
 *
 * Shells in which the reference has no more than rounding to 32 bits leaves, 2⁻⁴⁶ ΣR, are left out.
 *
 * @param spectrum - S, the energy of each shell from k = 0 on, such as `energySpectrum` of `@eddyflow/spectral` gives.
 * @param reference - R, likewise.
 * @param lastShell - the last one that counts; `Math.floor(bandLimits(shape, extent).complete)` leaves out the shells of which
 *   the grid holds only some directions.
 * @returns null where no shell counts.
 * @throws ShapeError where a spectrum ends before.
 */
export function spectrumError(
  spectrum: ArrayLike<number>,
  reference: ArrayLike<number>,
  lastShell: number,
): number | null {
  if (!(spectrum.length > lastShell && reference.length > lastShell)) {
    throw new ShapeError({
      problem: `spectra of ${spectrum.length} and ${reference.length} shells have no shell ${lastShell}`,
      expected: "shells from 0 to the last one that counts in both",
      remedy: "give spectra of the same grid, and a shell that it has",
    });
  }
  let total = 0;
  for (let shell = 0; shell < reference.length; shell++) total += reference[shell] as number;
  let [sum, count] = [0, 0];
  for (let shell = 1; shell <= lastShell; shell++) {
    const right = reference[shell] as number;
    if (right <= roundingEnergy * total) continue;
    sum += Math.abs((spectrum[shell] as number) / right - 1);
    count++;
  }
  return count === 0 ? null : sum / count;
}
