import { ArgumentError, type Params } from "@eddyflow/core";
import { averageStep } from "@eddyflow/ops";
import { mul, tidy } from "@tensorflow/tfjs-core";

export interface MovingAverageOptions {
  /** In [0, 1); the average remembers about 1/(1 − decay) steps. */
  readonly decay: number;
}

/** The exponential moving average of a network's parameters over the steps of its training. */
export interface MovingAverage {
  /** The average before the first step: a copy of the parameters, which are untouched. */
  init(params: Params): Params;
  /** Consumes `average`, not `params`; the caller goes on with what is returned. */
  update(average: Params, params: Params, step: number): Params;
}

/**
 * average ← dₛ · average + (1 − dₛ) · params with dₛ = min(decay, (1 + s)/(10 + s)) after step s = 0, 1, …:
 * the smaller decay of the first steps forgets the random weights of the start.
 *
 * @see tf.train.ExponentialMovingAverage, `num_updates`.
 * @throws ArgumentError unless 0 ≤ decay < 1.
 */
export function movingAverage({ decay }: MovingAverageOptions): MovingAverage {
  if (!(decay >= 0 && decay < 1)) {
    throw new ArgumentError({
      problem: `an average cannot have the decay ${decay}`,
      expected: "a number in [0, 1)",
      remedy: "try 0.999",
    });
  }
  return {
    // A clone would share its memory with the parameters, which the optimizer may change in place.
    init: (params) =>
      tidy(() =>
        Object.fromEntries(Object.entries(params).map(([name, p]) => [name, mul(p, 1)] as const)),
      ),
    update: (average, params, step) =>
      averageStep(average, params, Math.min(decay, (1 + step) / (10 + step))),
  };
}
