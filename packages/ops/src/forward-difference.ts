import { type Boundary, ShapeError } from "@eddyflow/core";
import { concat, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { sliceAxis } from "./spatial.ts";

/**
 * xᵢ₊₁ − xᵢ along `axis`: the derivative per cell half a cell further, of second order there. A wave of k radians per cell
 * is scaled by 2 sin(k/2), so that even waves of two cells are seen, which `centralDifference` does not see. Continued
 * periodically; at walls the result is one cell shorter than `x`. The caller disposes it.
 *
 * @throws ShapeError where the axis has fewer than two cells.
 */
export function forwardDifference(x: Tensor, axis: number, boundary: Boundary): Tensor {
  const n = x.shape[axis];
  if (n === undefined || n < 2) {
    throw new ShapeError({
      problem: `forwardDifference along axis ${axis} of a tensor of shape [${x.shape}]`,
      expected: "an axis of at least two cells",
      remedy: "pass a spatial axis, 1 for the first",
    });
  }
  return tidy(() => {
    const later = sliceAxis(x, axis, 1, n - 1);
    if (boundary === "periodic") return sub(concat([later, sliceAxis(x, axis, 0, 1)], axis), x);
    return sub(later, sliceAxis(x, axis, 0, n - 1));
  });
}
