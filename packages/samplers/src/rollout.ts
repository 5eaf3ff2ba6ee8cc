import type { Key } from "@eddyflow/core";
import { foldIn } from "@eddyflow/random";
import { clone, type Tensor } from "@tensorflow/tfjs-core";

export interface RolloutOptions {
  /** Number of states to produce; the initial one does not count. */
  readonly steps: number;
  /** Step i draws from foldIn(key, i). */
  readonly key: Key;
}

/**
 * Applies `next` again and again, from `initial`, and yields each new state: `[batch, ...space, channel]`.
 *
 * The consumer disposes what it is given, whenever it likes: the generator keeps a reference of its own
 * to the latest state and drops it at the end, at a `break` and at an error. `next` does not consume the
 * state that it is given, and `initial` stays the caller's.
 */
export async function* rollout(
  next: (previous: Tensor, key: Key) => Tensor | Promise<Tensor>,
  initial: Tensor,
  { steps, key }: RolloutOptions,
): AsyncGenerator<Tensor, void, void> {
  let previous = clone(initial);
  try {
    for (let step = 0; step < steps; step++) {
      const state = await next(previous, foldIn(key, step));
      previous.dispose();
      previous = clone(state);
      yield state;
    }
  } finally {
    previous.dispose();
  }
}
