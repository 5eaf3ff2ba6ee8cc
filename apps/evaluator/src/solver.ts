import { timestamped } from "@eddyflow/datasets";
import { compressibleSolver } from "./compressible-solver.ts";
import type { Contestant } from "./contestants/contestant.ts";
import { kuramotoSivashinskySolver } from "./kuramoto-sivashinsky-solver.ts";
import type { SolverRecipe } from "./solver-recipe.ts";

/** A solver between what is seen of a state and what will be. */
export interface ObservedSolver {
  /** How it makes a step, in words. */
  readonly description: string;
  /** Fields of an observed state, without the time. */
  readonly channels: number;
  /** Its own state made of an observed one, `[...space, channel]` without the time. */
  begin(observed: Float32Array): Float64Array;
  /** Its state a frame interval later. */
  step(state: Float64Array): Float64Array;
  /** What is seen of its state. */
  observe(state: Float64Array): Float32Array;
}

const solverOf = (name: string, recipe: SolverRecipe, stride: number): ObservedSolver =>
  recipe.system === "kuramoto-sivashinsky-2d"
    ? kuramotoSivashinskySolver(name, recipe, stride)
    : compressibleSolver(name, recipe, stride);

/**
 * The solver that made the data, in the place of a model: it starts from the observed state, interpolated to its
 * own grid, is advanced by a frame interval, and is observed again. Along a forecast it keeps its own state. With
 * a stride it runs on fewer points.
 *
 * @throws ArgumentError where the stride leaves a grid that does not hold the observed points.
 */
export function solver(
  name: string,
  recipe: SolverRecipe,
  { stride }: { readonly stride: number },
): Contestant {
  const own = solverOf(name, recipe, stride);
  const { frameInterval, timestamp = false } = recipe;
  return {
    name,
    kind: "solver",
    description: own.description,
    undistilled: false,
    nfePerStep: null,
    ensemble: false,
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
      return {
        step: async () => {
          const next = new Float32Array(initial.length);
          for (const [row, { state, time }] of states.entries()) {
            // A coarse solver may diverge, which is a result and no error.
            const advanced = own.step(state);
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
