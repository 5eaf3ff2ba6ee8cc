import { reshape, type Tensor, type Tensor1D } from "@tensorflow/tfjs-core";

/**
 * One number per sample, `[batch]`, as `[batch, 1, …, 1]` of the rank of x, so that `mul(x, perSample(delta, x))`
 * multiplies each sample by its own. The caller disposes the result.
 */
export function perSample(numbers: Tensor1D, { rank }: Tensor): Tensor {
  return reshape(numbers, [-1, ...new Array<number>(rank - 1).fill(1)]);
}
