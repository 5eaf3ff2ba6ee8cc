import type { Params } from "@eddyflow/core";
import type { Scalar } from "@tensorflow/tfjs-core";

/** What an optimizer remembers between steps, per parameter: first and second moments. */
export type OptimizerState = { readonly first: Params; readonly second: Params };

export interface OptimizerUpdate {
  readonly params: Params;
  readonly state: OptimizerState;
  /** Global norm of the gradients before clipping. */
  readonly norm: Scalar;
  /** 1 where the gradients were not finite and nothing was changed, else 0. */
  readonly skipped: Scalar;
}

/** An optimizer is a pair of functions; it holds no state itself. */
export interface Optimizer {
  /** The state before the first step; the parameters are untouched. The caller disposes it. */
  init(params: Params): OptimizerState;
  /**
   * One step. Consumes `params`, `gradients` and `state`, so that a backend may work in place; the
   * caller goes on with what is returned.
   *
   * @param step - the number of steps done before.
   */
  update(params: Params, gradients: Params, state: OptimizerState, step: number): OptimizerUpdate;
}
