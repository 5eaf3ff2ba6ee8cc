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
import { requireField, sliceAxis } from "./spatial.ts";

/**
 * The four corners of the windows of `x` `[batch, y, x, channel]` in row-major order, each
 * `[batch·y/2, 1, x/2, channel]`.
 */
function corners(x: Tensor): [Tensor, Tensor, Tensor, Tensor] {
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  const windows = reshape(x, [(batch * rows) / 2, 2, columns / 2, 2 * channels]);
  const corner = (row: number, column: number): Tensor =>
    sliceAxis(sliceAxis(windows, 1, row, 1), 3, column * channels, channels);
  return [corner(0, 0), corner(0, 1), corner(1, 0), corner(1, 1)];
}

/** Undoes {@link corners}. */
function fromCorners(parts: readonly [Tensor, Tensor, Tensor, Tensor], shape: number[]): Tensor {
  const [a, b, c, d] = parts;
  return reshape(concat([concat([a, b], 3), concat([c, d], 3)], 1), shape);
}

const maxPoolHalf: Operation<{ x: Tensor }, [Tensor, Tensor]> = {
  kernelName: kernelNames.maxPoolHalf,
  portable: ({ x }) => {
    const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
    const [a, b, c, d] = corners(x);
    return reshape(maximum(maximum(a, b), maximum(c, d)), [batch, rows / 2, columns / 2, channels]);
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
    const largest = reshape(y, parts[0].shape);
    let left = reshape(dy, parts[0].shape);
    const gradients = parts.map((part) => {
      const share = mul(left, cast(equal(part, largest), "float32"));
      left = sub(left, share);
      return share;
    });
    return fromCorners(gradients as [Tensor, Tensor, Tensor, Tensor], x.shape);
  },
  gradient: null,
};

/**
 * Maximum over windows of 2 × 2 of a field `[batch, y, x, channel]`; the result is
 * `[batch, y/2, x/2, channel]`. Where a window has several maxima the first in row-major order gets the
 * gradient. The caller disposes the result.
 *
 * @throws ShapeError unless y and x are even.
 */
export function maxPool(x: Tensor): Tensor {
  requireField(x, "maxPool");
  if ((x.shape[1] as number) % 2 !== 0 || (x.shape[2] as number) % 2 !== 0) {
    throw new ShapeError({
      problem: `maxPool got a tensor of shape [${x.shape}]`,
      expected: "even extents, so that upsampling restores them",
      remedy: "use a grid divisible by 2 to the number of levels",
    });
  }
  return runOperation(maxPoolHalf, { x }, {});
}
