import type { Scalar, Tensor, Tensor1D } from "@tensorflow/tfjs-core";

/**
 * How large an error is: a scalar, differentiable in the error. The error is
 * `[batch, ...space, channel]`; t is `[batch]`, the flow time of the states that the error compares.
 */
export type Norm = (error: Tensor, t: Tensor1D) => Scalar;
