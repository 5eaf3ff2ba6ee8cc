import { concat, type Tensor } from "@tensorflow/tfjs-core";

/**
 * Joins fields `[batch, ...space, channelᵢ]` along their last axis, in the order given. The caller disposes
 * the result.
 */
export function concatenateChannels(xs: readonly Tensor[]): Tensor {
  return concat([...xs], -1);
}
