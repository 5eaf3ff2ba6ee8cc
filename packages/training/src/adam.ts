import type { Params } from "@eddyflow/core";
import { adamStep } from "@eddyflow/ops";
import { zerosLike } from "@tensorflow/tfjs-core";
import type { Optimizer } from "./optimizer.ts";
import type { Schedule } from "./schedule.ts";

export interface AdamOptions {
  readonly learningRate: Schedule;
  /** Decay of the first moments, in [0, 1). */
  readonly beta1?: number;
  /** Decay of the second moments, in [0, 1). */
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Largest global norm of the gradients; no clipping where absent. */
  readonly clipNorm?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) with the gradients clipped by their global norm first; a step
 * whose gradients are not finite changes nothing.
 */
export function adam({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-8,
  clipNorm = Number.POSITIVE_INFINITY,
}: AdamOptions): Optimizer {
  return {
    init: (params) => ({ first: zerosOf(params), second: zerosOf(params) }),
    update(params, gradients, state, step) {
      const { first, second, norm, skipped, ...stepped } = adamStep({
        params,
        gradients,
        first: state.first,
        second: state.second,
        learningRate: learningRate(step),
        beta1,
        beta2,
        epsilon,
        step: step + 1,
        clipNorm,
      });
      return { params: stepped.params, state: { first, second }, norm, skipped };
    },
  };
}

function zerosOf(params: Params): Params {
  return Object.fromEntries(Object.entries(params).map(([name, p]) => [name, zerosLike(p)]));
}
