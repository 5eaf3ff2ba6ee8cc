import type { Key } from "@eddyflow/core";
import { advance, type Stepper } from "@eddyflow/pde";
import type { Course } from "@eddyflow/systems";

/** A state on the way of a trajectory. */
interface StateAlong {
  /** Its number among the recorded frames; null during the warm-up. */
  readonly frame: number | null;
  readonly state: Float64Array;
  readonly stepper: Stepper;
  /** Steps of the solver before it. */
  readonly done: number;
}

/**
 * The states of one trajectory, without end: some of the warm-up, so that a stop is heard there too, then frame after frame.
 * Whoever asks for a frame gets the same numbers: the solver's round-off depends on the pieces that its steps are made in.
 *
 * @throws DataError where the solution is no longer finite.
 */
export function* statesAlong(
  { begin, warmUpSteps, stepsPerFrame }: Course,
  key: Key,
  index: number,
): Generator<StateAlong, never> {
  let { stepper, state } = begin(key, index);
  let done = 0;
  const forward = (steps: number) => {
    state = advance(stepper, state, steps, done);
    done += steps;
  };
  while (done < warmUpSteps) {
    yield { frame: null, state, stepper, done };
    forward(Math.min(stepsPerFrame, warmUpSteps - done));
  }
  for (let frame = 0; ; frame++) {
    yield { frame, state, stepper, done };
    forward(stepsPerFrame);
  }
}
