import { addN, type Scalar, scalar, square, sum, type Tensor, tidy } from "@tensorflow/tfjs-core";

/** Σ x² over all entries of all `tensors`: the square of their global norm. The caller disposes it. */
export function sumOfSquares(tensors: readonly Tensor[]): Scalar {
  if (tensors.length === 0) return scalar(0);
  return tidy(() => addN(tensors.map((x) => sum(square(x)) as Scalar)));
}
