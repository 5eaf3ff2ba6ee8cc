import type { Tensor } from "@tensorflow/tfjs-core";
import type { Key } from "./key.ts";
import type { Params } from "./params.ts";

/** A value and its tangent along one direction; a null tangent is zero. */
export interface Dual {
  readonly value: Tensor;
  readonly tangent: Tensor | null;
}

/** A network is a pair of pure functions; it holds no parameters itself. */
export interface Network<Inputs extends readonly (Tensor | null)[]> {
  /** Draws fresh parameters. The caller disposes them. */
  init(key: Key): Params;
  /** Evaluates the network. The caller disposes the result; inputs and parameters are untouched. */
  apply(params: Params, ...inputs: Inputs): Tensor;
  /** Value and tangent together, differentiable in the parameters; for objectives that need ∂F/∂δ. */
  applyDual?(
    params: Params,
    ...inputs: { readonly [K in keyof Inputs]: Inputs[K] extends null ? null : Dual }
  ): Dual;
}
