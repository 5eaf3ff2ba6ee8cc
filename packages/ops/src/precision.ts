import { clone, type Tensor } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";

const low: Operation<{ x: Tensor }> = {
  kernelName: kernelNames.toLowPrecision,
  portable: ({ x }) => clone(x),
  gradient: { gradFunc: (dy) => ({ x: () => toFullPrecision(dy) }) },
};

const full: Operation<{ x: Tensor }> = {
  kernelName: kernelNames.toFullPrecision,
  portable: ({ x }) => clone(x),
  gradient: { gradFunc: (dy) => ({ x: () => toLowPrecision(dy) }) },
};

/**
 * x as a tensor of low precision (bfloat16), for the network operations of this package: no other operation
 * takes it, and it cannot be read. Rounds to nearest; the gradient comes back in float32. A backend that has no such tensors
 * gives x itself. The caller disposes the result.
 *
 * @throws BackendError where the backend could but this processor computes no faster so.
 */
export function toLowPrecision(x: Tensor): Tensor {
  return runOperation(low, { x }, {});
}

/** A tensor of low precision as one of float32, exactly. The gradient goes back in low precision. The caller disposes the result. */
export function toFullPrecision(x: Tensor): Tensor {
  return runOperation(full, { x }, {});
}
