import { ShapeError } from "@eddyflow/core";
import { reshape, reverse, slice, type Tensor, util } from "@tensorflow/tfjs-core";

/** The numbers of points of `[batch, ...space, channel]` along its spatial axes. */
export const spatialShape = (x: Tensor): number[] => x.shape.slice(1, -1);

/** Throws a ShapeError unless `x` is `[batch, y, x, channel]` or `[batch, z, y, x, channel]`. */
export function requireField(x: Tensor, operation: string): void {
  if (x.rank === 4 || x.rank === 5) return;
  throw new ShapeError({
    problem: `${operation} got a tensor of shape [${x.shape}]`,
    expected: "[batch, y, x, channel] or [batch, z, y, x, channel]",
    remedy: "reshape it",
  });
}

/** The number of cells of `x` along `axis`; throws a ShapeError where there are not two of them. */
export function cellsToDiffer(x: Tensor, axis: number, operation: string): number {
  const n = x.shape[axis];
  if (n !== undefined && n >= 2) return n;
  throw new ShapeError({
    problem: `${operation} along axis ${axis} of a tensor of shape [${x.shape}]`,
    expected: "an axis of at least two cells",
    remedy: "pass a spatial axis, 1 for the first",
  });
}

/**
 * `length` entries of `x` along `axis` from `start` on. Cut as a matrix: that copies long rows, and no
 * backend lacks a kernel for it at any rank.
 */
export function sliceAxis(x: Tensor, axis: number, start: number, length: number): Tensor {
  const outer = util.sizeFromShape(x.shape.slice(0, axis));
  const inner = util.sizeFromShape(x.shape.slice(axis + 1));
  const matrix = reshape(x, [outer, (x.shape[axis] as number) * inner]);
  const cut = slice(matrix, [0, start * inner], [outer, length * inner]);
  return reshape(
    cut,
    x.shape.map((n, k) => (k === axis ? length : n)),
  );
}

/** `x` backwards along `axis`, of any rank on any backend. */
export function reverseAxis(x: Tensor, axis: number): Tensor {
  const inner = util.sizeFromShape(x.shape.slice(axis + 1));
  return reshape(reverse(reshape(x, [-1, x.shape[axis] as number, inner]), 1), x.shape);
}
