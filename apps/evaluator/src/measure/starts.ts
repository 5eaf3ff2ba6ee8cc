import type { TrajectoryStore } from "@eddyflow/datasets";
import type { Contestant, Known } from "../contestants/contestant.ts";

/** A present state: a frame of a trajectory. */
export interface Start {
  readonly trajectory: number;
  readonly frame: number;
}

/** Where forecasts begin: present states, one a row, and what is known besides. */
export interface Starts extends Known {
  /** `[rows, ...space, channel]` */
  readonly states: Float32Array;
}

/** The states that have to be known to begin any of the contestants, the present one included. */
export const longestHistory = (contestants: readonly Contestant[]): number =>
  Math.max(1, ...contestants.map(({ history = 1 }) => history));

/**
 * Reads present states, with `history` − 1 states before each and the parameters of its trajectory.
 *
 * @param frameStride - how many frames these states are apart.
 */
export async function readStarts(
  store: TrajectoryStore,
  starts: readonly Start[],
  history: number,
  frameStride = 1,
): Promise<Starts> {
  const { parameters = {} } = store.description;
  const ages: Float32Array[] = [];
  for (const [row, { trajectory, frame }] of starts.entries()) {
    for (let age = 0; age < history; age++) {
      const at = frame - (history - 1 - age) * frameStride;
      const state = await store.readFrames(trajectory, at, 1);
      ages[age] ??= new Float32Array(starts.length * state.length);
      ages[age]?.set(state, row * state.length);
    }
  }
  return {
    states: ages.at(-1) ?? new Float32Array(),
    earlier: ages.slice(0, -1),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, values]) => [
        name,
        starts.map(({ trajectory }) => values[trajectory] as number),
      ]),
    ),
  };
}

/** The starts of these rows, in their order; a row may come more than once. */
export function chooseStarts(
  { states, earlier, parameters }: Starts,
  count: number,
  rows: readonly number[],
): Starts {
  const choose = (values: Float32Array): Float32Array => {
    const size = values.length / count;
    const chosen = new Float32Array(rows.length * size);
    for (const [i, row] of rows.entries()) {
      chosen.set(values.subarray(row * size, (row + 1) * size), i * size);
    }
    return chosen;
  };
  return {
    states: choose(states),
    earlier: earlier.map(choose),
    parameters: Object.fromEntries(
      Object.entries(parameters).map(([name, values]) => [
        name,
        rows.map((row) => values[row] as number),
      ]),
    ),
  };
}
