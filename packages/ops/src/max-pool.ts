import { ShapeError } from "@eddyflow/core";
import {
  cast,
  concat,
  equal,
  maximum,
  mul,
  reshape,
  sub,
  type Tensor,
} from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { requireField, sliceAxis, spatialShape } from "./spatial.ts";

/** The corners of the windows of `x` in row-major order: four of a plane, eight of a volume, rank 4 all. */
function corners(x: Tensor): Tensor[] {
  if (x.rank === 5) {
    const [batch, levels, rows, columns, channels] = x.shape as Shape5D;
    const count = (batch * levels) / 2;
    const pairs = reshape(x, [count, 2, rows * columns * channels]);
    return [0, 1].flatMap((k) =>
      corners(reshape(sliceAxis(pairs, 1, k, 1), [count, rows, columns, channels])),
    );
  }
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  const windows = reshape(x, [(batch * rows) / 2, 2, columns / 2, 2 * channels]);
  const corner = (row: number, column: number): Tensor =>
    sliceAxis(sliceAxis(windows, 1, row, 1), 3, column * channels, channels);
  return [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
}

type Shape5D = [number, number, number, number, number];

/** Undoes {@link corners}. */
function fromCorners(parts: readonly Tensor[], shape: number[]): Tensor {
  if (shape.length === 5) {
    const [batch, levels, rows, columns, channels] = shape as Shape5D;
    const count = (batch * levels) / 2;
    const halves = [parts.slice(0, 4), parts.slice(4)].map((half) =>
      reshape(fromCorners(half, [count, rows, columns, channels]), [count, 1, -1]),
    );
    return reshape(concat(halves, 1), shape);
  }
  const [a, b, c, d] = parts as [Tensor, Tensor, Tensor, Tensor];
  return reshape(concat([concat([a, b], 3), concat([c, d], 3)], 1), shape);
}

const maxPoolHalf: Operation<{ x: Tensor }, [Tensor, Tensor]> = {
  kernelName: kernelNames.maxPoolHalf,
  portable: ({ x }) => {
    const shape = x.shape.map((n, k) => (k === 0 || k === x.rank - 1 ? n : n / 2));
    return reshape(
      corners(x).reduce((largest, corner) => maximum(largest, corner)),
      shape,
    );
  },
  gradient: {
    inputsToSave: ["x"],
    outputsToSave: [true],
    gradFunc: (dy, [x, y]) => ({
      x: () => runOperation(maxPoolHalfGradient, { x, y, dy }, {}),
    }),
  },
};

const maxPoolHalfGradient: Operation<{ x: Tensor; y: Tensor; dy: Tensor }> = {
  kernelName: kernelNames.maxPoolHalfGradient,
  portable: ({ x, y, dy }) => {
    const parts = corners(x);
    const shape = (parts[0] as Tensor).shape;
    const largest = reshape(y, shape);
    let left = reshape(dy, shape);
    const gradients = parts.map((part) => {
      const share = mul(left, cast(equal(part, largest), "float32"));
      left = sub(left, share);
      return share;
    });
    return fromCorners(gradients, x.shape);
  },
  gradient: null,
};

/**
 * Maximum over windows of 2 × 2 of a field `[batch, y, x, channel]`, or 2 × 2 × 2 of
 * `[batch, z, y, x, channel]`; the result is `[batch, y/2, x/2, channel]`, likewise in three dimensions. Where a window has several maxima the first in row-major order gets the
 * gradient. The caller disposes the result.
 *
 * @throws ShapeError unless the spatial axes have even numbers of points.
 */
export function maxPool(x: Tensor): Tensor {
  requireField(x, "maxPool");
  if (spatialShape(x).some((n) => n % 2 !== 0)) {
    throw new ShapeError({
      problem: `maxPool got a tensor of shape [${x.shape}]`,
      expected: "even numbers of points, so that upsampling restores them",
      remedy: "use a grid divisible by 2 to the number of levels",
    });
  }
  return runOperation(maxPoolHalf, { x }, {});
}
