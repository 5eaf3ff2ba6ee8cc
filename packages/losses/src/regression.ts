import type { Network, Objective } from "@eddyflow/core";
import { clone, ones, sub, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import type { Norm } from "./norm.ts";
import { paramsOf } from "./params-of.ts";

export interface RegressionOptions {
  readonly norm: Norm;
}

/** What regression compares; the caller disposes each, none belongs to the batch. */
export type RegressionTargets = {
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** The next state x₁, `[batch, ...space, channel]`. */
  readonly next: Tensor;
};

/**
 * Regression: trains the set "student" of a network that makes the next state of the condition alone to
 *
 *   minimise E ‖G(y) − x₁‖²   at norm time 1,
 *
 * whose minimum is the mean of the next states given y, by `l2` and by `sobolev` alike. Where more than one state can
 * follow, the mean is smoother than any of them. It costs one evaluation per pair. The network is given x₁ in place of
 * noise, of which a predictor reads the shape alone.
 */
export function regression(
  network: Network<[z: Tensor, y: Tensor | null]>,
  { norm }: RegressionOptions,
): Objective<RegressionTargets> {
  return {
    trains: "student",
    targets: (_, { previous, next }) => ({
      next: clone(next),
      ...(previous === null ? {} : { y: clone(previous) }),
    }),
    loss: (sets, { y, next }) =>
      tidy(() => {
        const predicted = network.apply(paramsOf(sets, "student"), next, y ?? null);
        return { loss: norm(sub(predicted, next), ones([next.shape[0] as number]) as Tensor1D) };
      }),
  };
}
