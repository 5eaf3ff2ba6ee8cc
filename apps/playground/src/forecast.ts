import { ensembleDeviation, ensembleMean, rmse, spread } from "@eddyflow/metrics";
import { energySpectrum } from "@eddyflow/spectral";
import { regime, seenSize } from "./regime.ts";

/** What is shown of an ensemble. */
export type Showing = "member" | "mean" | "spread";

/** The members, which lie one after the other. */
const split = (states: Float32Array): Float32Array[] =>
  Array.from({ length: states.length / seenSize }, (_, i) =>
    states.subarray(i * seenSize, (i + 1) * seenSize),
  );

/** A member, or the mean or the deviation of all; of a single one there is no deviation. */
export function shown(states: Float32Array, showing: Showing): Float32Array | Float64Array {
  const members = split(states);
  const [first] = members as [Float32Array];
  if (showing === "member") return first;
  if (members.length === 1) return showing === "mean" ? first : first.map(() => 0);
  return showing === "mean" ? ensembleMean(members) : ensembleDeviation(members);
}

/** As many copies of a state as there are members. */
export const copies = (state: Float32Array, members: number): Float32Array =>
  Float32Array.from({ length: members * seenSize }, (_, i) => state[i % seenSize] as number);

/** Error of the mean of an ensemble, and its spread, both in standard deviations of the truth. */
export interface Scores {
  readonly error: number;
  readonly spread: number | null;
}

/** Scores a forecast against the truth. */
export function score(states: Float32Array, truth: Float32Array): Scores {
  const mean = truth.reduce((sum, u) => sum + u, 0) / seenSize;
  const std = Math.sqrt(truth.reduce((sum, u) => sum + (u - mean) ** 2, 0) / seenSize);
  const members = split(states);
  return {
    error: rmse(Float64Array.from(shown(states, "mean")), Float64Array.from(truth)) / std,
    spread: members.length === 1 ? null : spread(members) / std,
  };
}

/** Energy of the first member per wavenumber, from one wave along the box to the shortest that is seen whole. */
export function spectrumOf(states: Float32Array): [number, number][] {
  const field = Float64Array.from(states.subarray(0, seenSize));
  const energies = energySpectrum(field, [regime.seen, regime.seen]);
  return Array.from({ length: regime.seen / 2 }, (_, i) => [i + 1, energies[i + 1] as number]);
}
