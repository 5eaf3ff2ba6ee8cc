import { closest } from "fastest-levenshtein";

/** The advice that goes with an unknown name: `did you mean "velocity"?`. */
export function didYouMean(name: string, known: readonly string[]): string {
  // "velo" is meant as "velocity", though "flow" is fewer edits away.
  const completions = name === "" ? [] : known.filter((candidate) => candidate.startsWith(name));
  const best = completions[0] ?? closest(name, [...known]);
  return `did you mean "${best}"?`;
}
