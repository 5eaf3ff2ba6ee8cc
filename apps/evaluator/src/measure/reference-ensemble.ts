import { DataError } from "@eddyflow/core";
import type { Start } from "./starts.ts";

/** Next states that the solver drew from the same initial states, to compare ensembles with. */
export interface ReferenceEnsemble {
  /** The initial states, among those of the test data. */
  readonly conditions: readonly Start[];
  /** Members of each condition. */
  readonly members: number;
  /** The members of a condition, `[...space, channel]` each, in physical units. */
  readMembers(condition: number): Promise<readonly Float32Array[]>;
}

/**
 * How many members of a reference play a contestant, and how many they are compared with: as many as a contestant has, and
 * the rest, or half each where the reference is small. Null where it has fewer than four.
 */
export function floorParts(
  reference: number,
  members: number,
): { readonly members: number; readonly against: number } | null {
  if (reference < 4) return null;
  const playing = Math.min(members, Math.floor(reference / 2));
  return { members: playing, against: reference - playing };
}

/**
 * Refuses conditions that a contestant cannot start from.
 *
 * @param history - states that have to be known, the present one included.
 * @throws DataError where a condition has fewer before it.
 */
export function requireHistory({ conditions }: ReferenceEnsemble, history: number): void {
  const index = conditions.findIndex(({ frame }) => frame + 1 < history);
  if (index === -1) return;
  throw new DataError({
    problem: `condition ${index} of the reference ensemble has ${conditions[index]?.frame} states before it, and a model has to know ${history} in all`,
    expected: `conditions with ${history - 1} states before them`,
    remedy: `draw the ensemble with data.history=${history}, or leave ensemble out of --mode`,
  });
}
