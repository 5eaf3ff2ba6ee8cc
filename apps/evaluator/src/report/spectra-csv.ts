import type { Evaluation } from "../measure/evaluation.ts";
import { type Cell, csv } from "./csv.ts";

/**
 * The spectra behind the pictures: `contestant, shell, wavenumber, energy, ratio`, the wavenumber of the middle of the
 * shell in radians per length. The ratio to the truth's energy is empty where that is 0. The truth stands there as a
 * contestant.
 */
export function spectraCsv(evaluation: Evaluation): string {
  const truth = evaluation.truthShells ?? [];
  const rows: Cell[][] = [["contestant", "shell", "wavenumber", "energy", "ratio"]];
  const add = (name: string, shells: readonly number[]) => {
    shells.forEach((energy, shell) => {
      const reference = truth[shell] ?? 0;
      const wavenumber = shell * (evaluation.spectrumAxis?.spacing ?? Number.NaN);
      rows.push([name, shell, wavenumber, energy, reference > 0 ? energy / reference : null]);
    });
  };
  add("truth", truth);
  for (const contestant of evaluation.contestants)
    if (contestant.shells !== null) add(contestant.name, contestant.shells);
  return csv(rows);
}
