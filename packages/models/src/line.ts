import { type Padding, ShapeError } from "@eddyflow/core";
import { convolution, convolutionSum, maxPool, upsample } from "@eddyflow/ops";
import { concat, reshape, slice, type Tensor, zeros } from "@tensorflow/tfjs-core";

// A line of points is a plane of one row, `[batch, 1, x, channel]`, so that the kernels of planes serve it.

type Line = readonly [batch: number, row: number, points: number, channels: number];
const shapeOf = ({ shape }: Tensor): Line => shape as unknown as Line;

/** `count` points of a line from one on. Cut as a matrix: no backend lacks a kernel for that. */
function points(x: Tensor, from: number, count: number): Tensor {
  const [batch, , n, channels] = shapeOf(x);
  const matrix = reshape(x, [batch, n * channels]);
  return slice(matrix, [0, from * channels], [batch, count * channels]);
}

/** A line continued by two points beyond both ends. */
function padLine(x: Tensor, padding: Padding): Tensor {
  const [batch, , n, channels] = shapeOf(x);
  const least = { periodic: 2, reflect: 3, zero: 1 }[padding];
  if (n < least) {
    throw new ShapeError({
      problem: `${padding} padding by 2 of a line of ${n} points`,
      expected: `at least ${least} points`,
      remedy: "use a finer grid or fewer levels",
    });
  }
  const [before, after] = {
    periodic: () => [[points(x, n - 2, 2)], [points(x, 0, 2)]],
    reflect: () => [
      [points(x, 2, 1), points(x, 1, 1)],
      [points(x, n - 2, 1), points(x, n - 3, 1)],
    ],
    zero: () => [[zeros([batch, 2 * channels])], [zeros([batch, 2 * channels])]],
  }[padding]() as [Tensor[], Tensor[]];
  const matrix = reshape(x, [batch, n * channels]);
  return reshape(concat([...before, matrix, ...after], 1), [batch, 1, n + 4, channels]);
}

/** The parameters of a residual block: weights `[k, in, out]`, biases `[out]`. */
export interface LineBlock {
  readonly weights: readonly [conv1: Tensor, conv2: Tensor, skip: Tensor];
  readonly biases: readonly [conv1: Tensor, conv2: Tensor, skip: Tensor];
}

/** The residual block of a line, y = Conv1(x) + Conv3(relu(Conv3(pad₂(x)))), of kernels along the line alone. */
export function lineBlock(x: Tensor, { weights, biases }: LineBlock, padding: Padding): Tensor {
  const [first, second, skipWeight] = weights.map((weight) =>
    reshape(weight, [1, ...weight.shape]),
  ) as [Tensor, Tensor, Tensor];
  return convolutionSum({
    x: convolution(padLine(x, padding), first, biases[0], { relu: true }),
    weight: second,
    bias: biases[1],
    skip: x,
    skipWeight,
    skipBias: biases[2],
  });
}

/** Maximum over 2 points. The row is taken twice, so that windows of 2 × 2 hold each value twice; the first has the gradient. */
export function maxPoolLine(x: Tensor): Tensor {
  const [batch, , n, channels] = shapeOf(x);
  const row = reshape(x, [batch, n * channels]);
  return maxPool(reshape(concat([row, row], 1), [batch, 2, n, channels]));
}

/** Each point twice. Of the two rows that upsampling makes, the first is kept. */
export function upsampleLine(x: Tensor): Tensor {
  const [batch, , n, channels] = shapeOf(x);
  const rows = reshape(upsample(x), [batch, 4 * n * channels]);
  return reshape(slice(rows, [0, 0], [batch, 2 * n * channels]), [batch, 1, 2 * n, channels]);
}
