import type { Boundary } from "@eddyflow/core";
import { concat, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { cellsToDiffer, sliceAxis } from "./spatial.ts";

/**
 * xᵢ₊₁ − xᵢ along `axis`: the derivative per cell half a cell further, of second order there. A wave of k radians per cell
 * is scaled by 2 sin(k/2), so that even waves of two cells are seen, which `centralDifference` does not see. Continued
 * periodically; at walls the result is one cell shorter than `x`. The caller disposes it.
 *
 * @throws ShapeError where the axis has fewer than two cells.
 */
export function forwardDifference(x: Tensor, axis: number, boundary: Boundary): Tensor {
  const n = cellsToDiffer(x, axis, "forwardDifference");
  return tidy(() => {
    const later = sliceAxis(x, axis, 1, n - 1);
    if (boundary === "periodic") return sub(concat([later, sliceAxis(x, axis, 0, 1)], axis), x);
    return sub(later, sliceAxis(x, axis, 0, n - 1));
  });
}
