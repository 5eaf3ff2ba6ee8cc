import { ShapeError } from "@eddyflow/core";
import { slice, type Tensor } from "@tensorflow/tfjs-core";

/** The spatial extents of `[batch, ...space, channel]`. */
export const spatialShape = (x: Tensor): number[] => x.shape.slice(1, -1);

/** Throws a ShapeError unless `x` is `[batch, y, x, channel]`. */
export function requireField(x: Tensor, operation: string): void {
  if (x.rank === 4) return;
  throw new ShapeError({
    problem: `${operation} got a tensor of shape [${x.shape}]`,
    expected: "[batch, y, x, channel]",
    remedy: "reshape it",
  });
}

/** `length` entries of `x` along `axis` from `start` on. */
export function sliceAxis(x: Tensor, axis: number, start: number, length: number): Tensor {
  const begin = x.shape.map(() => 0);
  const size = [...x.shape];
  begin[axis] = start;
  size[axis] = length;
  return slice(x, begin, size);
}
