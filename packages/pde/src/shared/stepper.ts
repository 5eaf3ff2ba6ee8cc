import { ArgumentError, DataError } from "@eddyflow/core";

/** A solver on a fixed grid that gives states at fixed intervals. */
export interface Stepper {
  /** Time of one step. A solver limited by stability takes as many substeps inside it as it needs. */
  readonly dt: number;
  /** Points per axis of the state, `[…, y, x]`. */
  readonly shape: readonly number[];
  /** Names of the channels; a state is `[…, y, x, channel]`, so with one channel just `[…, y, x]`. */
  readonly channels: readonly string[];
  /**
   * The state `steps` (default 1) time steps later, in a new array; `state` is unchanged. Several steps in
   * one call are cheaper than as many calls.
   *
   * @param before - steps before these (default 0); a solver with noise draws that of each step by its number.
   * @throws ShapeError when the state does not fit `shape` and `channels`.
   */
  step(state: Float64Array, steps?: number, before?: number): Float64Array;
}

/**
 * The state `steps` time steps later, checked: what `stepper.step(state, steps, before)` gives, if it is finite.
 *
 * @throws ArgumentError unless `steps` is a whole number ≥ 0.
 * @throws ShapeError when the state does not fit the stepper's shape.
 * @throws DataError when the state is not finite, or no longer so after the steps.
 */
export function advance(
  stepper: Stepper,
  state: Float64Array,
  steps: number,
  before = 0,
): Float64Array {
  if (!Number.isSafeInteger(steps) || steps < 0) {
    throw new ArgumentError({
      problem: `${steps} is not a number of steps`,
      expected: "a whole number, 0 or more",
      remedy: "round it, or choose a dt that divides the time wanted",
    });
  }
  const next = stepper.step(state, steps, before);
  if (!next.every(Number.isFinite)) {
    throw new DataError({
      problem: state.every(Number.isFinite)
        ? `the solution is no longer finite after ${steps} steps of ${stepper.dt}`
        : "the state to advance holds values that are not finite",
      expected: "finite values",
      remedy: "take a smaller dt or a finer grid, and look at the initial state",
    });
  }
  return next;
}
