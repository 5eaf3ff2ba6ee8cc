import { ArgumentError } from "@eddyflow/core";
import { timestamped } from "@eddyflow/datasets";
import { foldIn } from "@eddyflow/random";
import { type RecordedRecipe, type System, systemOf } from "@eddyflow/systems";
import type { Contestant } from "./contestant.ts";

export interface SolverContestantOptions {
  /** Every n-th point along each axis of the solver's own grid. */
  readonly pointStride: number;
  /** Whether a solver with noise draws it; true unless given. */
  readonly noise?: boolean;
  /** Systems of one's own; none unless given. */
  readonly systems?: readonly System[];
}

/**
 * The solver that made the data, in the place of a model: it starts from the observed state, interpolated to the
 * solver's own grid, is advanced by one frame interval, and is observed again. During a forecast it keeps its own
 * state. With a stride it runs on fewer points. A solver with noise draws that of each row and step anew: its members are
 * an ensemble of the system's own law, from a state of which only what is observed is known.
 *
 * @throws ArgumentError where the system has no solver that can start from what is seen, or the stride leaves a grid
 *   that does not hold the observed points.
 */
export function solver(
  name: string,
  recipe: RecordedRecipe,
  { pointStride, noise = true, systems = [] }: SolverContestantOptions,
): Contestant {
  const own = systemOf(recipe, systems).solver?.(recipe, { name, pointStride });
  if (own === undefined) {
    throw new ArgumentError({
      problem: `${recipe.system} has no solver that can be compared with models`,
      expected: "persistence and climatology beside the models",
      remedy: "leave solver out of --models",
    });
  }
  const { frameInterval, timestamp } = recipe;
  const { stochastic = false } = own;
  return {
    name,
    kind: "solver",
    description: stochastic && !noise ? `${own.description}, without noise` : own.description,
    undistilled: false,
    nfePerStep: null,
    ensemble: stochastic && noise,
    timedRows: () => 1,
    begin: (initial, rows) => {
      const size = initial.length / rows;
      const states = Array.from({ length: rows }, (_, row) => {
        const observed = initial.subarray(row * size, (row + 1) * size);
        const channels = timestamp ? own.channels + 1 : own.channels;
        return {
          state: own.begin(
            timestamp ? observed.filter((_, i) => i % channels !== own.channels) : observed,
          ),
          time: observed[channels - 1] as number,
        };
      });
      let frame = 0;
      return {
        step: async (key) => {
          const next = new Float32Array(initial.length);
          // A rollout with the same latent noise at each step has the same key: the forcing goes on all the same.
          const ofFrame = noise ? foldIn(key, frame++) : null;
          for (const [row, { state, time }] of states.entries()) {
            // A coarse solver may diverge: that is a result, not an error.
            const advanced = own.step(state, ofFrame && foldIn(ofFrame, row));
            const later = time + frameInterval;
            states[row] = { state: advanced, time: later };
            const seen = own.observe(advanced);
            next.set(timestamp ? timestamped(seen, own.channels, [later]) : seen, row * size);
          }
          return next;
        },
        dispose: () => {},
      };
    },
    dispose: () => {},
  };
}
