import type { Boundary } from "@eddyflow/core";
import { concat, mul, neg, sub, type Tensor } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { cellsToDiffer, sliceAxis } from "./spatial.ts";

/** Attributes of the kernels `CentralDifference` and `CentralDifferenceGradient`. */
export interface CentralDifferenceAttributes {
  readonly axis: number;
  readonly boundary: Boundary;
}

/** ½(xᵢ₊₁ − xᵢ₋₁) along `axis` of `x` continued by one slice at each end. */
function halfDifference(before: Tensor, x: Tensor, after: Tensor, axis: number): Tensor {
  const n = x.shape[axis] as number;
  const extended = concat([before, x, after], axis);
  return mul(sub(sliceAxis(extended, axis, 2, n), sliceAxis(extended, axis, 0, n)), 0.5);
}

const centralDifferenceOperation: Operation<{ x: Tensor }, [], CentralDifferenceAttributes> = {
  kernelName: kernelNames.centralDifference,
  portable: ({ x }, { axis, boundary }) => {
    const n = x.shape[axis] as number;
    const at = (index: number): Tensor => sliceAxis(x, axis, index, 1);
    if (boundary === "periodic") return halfDifference(at(n - 1), x, at(0), axis);
    // Continued linearly, the central difference at an end is the one-sided one.
    const before = sub(mul(at(0), 2), at(1));
    const after = sub(mul(at(n - 1), 2), at(n - 2));
    return halfDifference(before, x, after, axis);
  },
  gradient: {
    gradFunc: (dy, _, attributes) => ({
      x: () => runOperation(centralDifferenceGradient, { dy }, attributes),
    }),
  },
};

const centralDifferenceGradient: Operation<{ dy: Tensor }, [], CentralDifferenceAttributes> = {
  kernelName: kernelNames.centralDifferenceGradient,
  portable: ({ dy }, { axis, boundary }) => {
    const n = dy.shape[axis] as number;
    const at = (index: number): Tensor => sliceAxis(dy, axis, index, 1);
    // The periodic difference is antisymmetric; at walls the end rows are doubled and continued oddly.
    if (boundary === "periodic") return neg(halfDifference(at(n - 1), dy, at(0), axis));
    const first = mul(at(0), 2);
    const last = mul(at(n - 1), 2);
    const inner = n > 2 ? [sliceAxis(dy, axis, 1, n - 2)] : [];
    const doubled = concat([first, ...inner, last], axis);
    return neg(halfDifference(neg(first), doubled, neg(last), axis));
  },
  gradient: {
    gradFunc: (ddx, _, attributes) => ({
      dy: () => runOperation(centralDifferenceOperation, { x: ddx }, attributes),
    }),
  },
};

/**
 * The derivative along `axis` per cell, that is for a spacing of one: ½(xᵢ₊₁ − xᵢ₋₁), continued periodically, or one-sided
 * (x₁ − x₀, xₙ₋₁ − xₙ₋₂) at walls. Of second order inside, of first order at walls. The caller disposes the
 * result, which has the shape of `x`.
 *
 * @throws ShapeError where the axis has fewer than two cells.
 */
export function centralDifference(x: Tensor, axis: number, boundary: Boundary): Tensor {
  cellsToDiffer(x, axis, "centralDifference");
  return runOperation(centralDifferenceOperation, { x }, { axis, boundary });
}
