import type { Tensor } from "@tensorflow/tfjs-core";
import type { Key } from "./key.ts";
import type { Params } from "./params.ts";

/** A network is a pair of pure functions; it holds no parameters itself. */
export interface Network<Inputs extends readonly (Tensor | null)[]> {
  /** Draws fresh parameters. The caller disposes them. */
  init(key: Key): Params;
  /** Evaluates the network. The caller disposes the result; inputs and parameters are untouched. */
  apply(params: Params, ...inputs: Inputs): Tensor;
}
