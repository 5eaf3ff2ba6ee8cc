import { ShapeError } from "@eddyflow/core";
import {
  add,
  clone,
  concat,
  conv2d,
  engine,
  pad,
  relu,
  reshape,
  reverse,
  sum,
  type Tensor,
  type Tensor4D,
  transpose,
  util,
} from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { checkedPadding, type PadFieldAttributes, padField, padFieldGradient } from "./pad.ts";
import { rectifyGradient } from "./relu.ts";
import { requireField, sliceAxis } from "./spatial.ts";

/** Options of {@link convolution}. */
export interface ConvolutionOptions {
  /** Whether to take max(·, 0) of the result. */
  readonly relu?: boolean;
}

interface ConvolutionInputs {
  x: Tensor;
  weight: Tensor;
  bias: Tensor;
}

const valid = {
  strides: [1, 1],
  pad: "valid",
  dataFormat: "NHWC",
  dilations: [1, 1],
  dimRoundingMode: null,
};

/** x ∗ weight + bias of a plane by the backend's own fused kernel, which every tfjs backend has. */
const convolvePlanes = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
  engine().runKernel("FusedConv2D", { x, filter: weight, bias }, {
    ...valid,
    activation: "linear",
  } as never) as Tensor;

/**
 * A volume `[batch, z, y, x, c]` as planes `[batch · (z − kd + 1), y, x, kd · c]` that show each plane and
 * the kd − 1 above it: a convolution over three axes is one over two of these, and so are its adjoints.
 * Several backends lack a fast or a right kernel for three axes.
 */
function planesOf(x: Tensor, depth: number): Tensor {
  const [batch, levels, rows, columns, channels] = x.shape as Shape5D;
  const count = levels - depth + 1;
  const shape = [batch * count, rows, columns, channels];
  if (depth === 1) return reshape(x, shape);
  const shifted = Array.from({ length: depth }, (_, k) => sliceAxis(x, 1, k, count));
  return concat(
    shifted.map((part) => reshape(part, shape)),
    3,
  );
}

/** The weight `[kd, kh, kw, in, out]` for {@link planesOf}: `[kh, kw, kd · in, out]`. */
function planeWeight(weight: Tensor): Tensor {
  const [depth, height, width, inputs, outputs] = weight.shape as Shape5D;
  const shape: Shape4D = [height, width, depth * inputs, outputs];
  if (depth === 1) return reshape(weight, shape);
  const flat = reshape(weight, [depth, height * width, inputs * outputs]);
  return reshape(transpose(flat, [1, 0, 2]), shape);
}

/** Planes `[batch · z, y, x, c]` as the volume that they make up. */
const volumeOf = (planes: Tensor, batch: number): Tensor =>
  reshape(planes, [batch, (planes.shape[0] as number) / batch, ...planes.shape.slice(1)]);

const asPlanes = (volume: Tensor): Tensor =>
  reshape(volume, [
    (volume.shape[0] as number) * (volume.shape[1] as number),
    ...volume.shape.slice(2),
  ]);

type Shape4D = [number, number, number, number];
type Shape5D = [number, number, number, number, number];

/** Zeros around a field, `widths[k]` at both ends of spatial axis k. At most rank 4 is padded. */
function surround(x: Tensor, widths: readonly number[]): Tensor {
  const channels = x.shape.at(-1) as number;
  const rows = x.shape.slice(0, -2);
  const flat = reshape(x, [...rows, (x.shape.at(-2) as number) * channels]);
  const last = (widths.at(-1) as number) * channels;
  const around = [0, ...widths.slice(0, -1), last].map((n): [number, number] => [n, n]);
  const shape = x.shape.map((n, k) => n + 2 * (widths[k - 1] ?? 0));
  return reshape(pad(flat, around), shape);
}

/** The weight mirrored in every spatial axis, its inputs and outputs exchanged. */
function mirror(weight: Tensor): Tensor {
  const kernel = weight.shape.slice(0, -2);
  const [inputs, outputs] = weight.shape.slice(-2) as [number, number];
  const taps = reshape(weight, [util.sizeFromShape(kernel), inputs, outputs]);
  return reshape(transpose(reverse(taps, 0), [0, 2, 1]), [...kernel, outputs, inputs]);
}

const inputGradient: Operation<{ dy: Tensor; weight: Tensor }> = {
  kernelName: kernelNames.convolutionInputGradient,
  // A valid convolution with the mirrored weight; several backends lack a fast or a right kernel for it.
  portable: ({ dy, weight }) => {
    const kernel = weight.shape.slice(0, -2);
    const surrounded = surround(
      dy,
      kernel.map((n) => n - 1),
    );
    const mirrored = mirror(weight);
    if (weight.rank === 4) return conv2d(surrounded as Tensor4D, mirrored as Tensor4D, 1, "valid");
    const planes = planesOf(surrounded, kernel[0] as number);
    const filter = planeWeight(mirrored) as Tensor4D;
    return volumeOf(conv2d(planes as Tensor4D, filter, 1, "valid"), dy.shape[0] as number);
  },
  gradient: null,
};

const weightGradient: Operation<{ x: Tensor; dy: Tensor }> = {
  kernelName: kernelNames.convolutionWeightGradient,
  portable: ({ x, dy }) => {
    if (x.rank === 4) {
      // Channels become the batch and the batch the channels: again a valid convolution.
      const images = transpose(x, [3, 1, 2, 0]);
      const filters = transpose(dy, [1, 2, 0, 3]);
      return transpose(conv2d(images as Tensor4D, filters as Tensor4D, 1, "valid"), [1, 2, 0, 3]);
    }
    const depth = (x.shape[1] as number) - (dy.shape[1] as number) + 1;
    const planes = { x: planesOf(x, depth), dy: asPlanes(dy) };
    const gradient = runOperation(weightGradient, planes, {});
    const [height, width, , outputs] = gradient.shape as Shape4D;
    const inputs = x.shape[4] as number;
    const flat = reshape(gradient, [height * width, depth, inputs * outputs]);
    return reshape(transpose(flat, [1, 0, 2]), [depth, height, width, inputs, outputs]);
  },
  gradient: null,
};

const biasGradient: Operation<{ dy: Tensor }> = {
  kernelName: kernelNames.convolutionBiasGradient,
  portable: ({ dy }) => sum(reshape(dy, [-1, dy.shape.at(-1) as number]), 0),
  gradient: null,
};

/** Both in one pass over memory where a backend has a kernel for that. */
const rectifyBiasGradient: Operation<{ dy: Tensor; y: Tensor }> = {
  kernelName: kernelNames.rectifyBiasGradient,
  portable: ({ dy, y }) => {
    const dx = runOperation(rectifyGradient, { dy, y }, {});
    return [dx, runOperation(biasGradient, { dy: dx }, {})];
  },
  gradient: null,
};

const gradientsOf = (dy: Tensor, x: Tensor, weight: Tensor): Record<string, () => Tensor> => ({
  x: () => runOperation(inputGradient, { dy, weight }, {}),
  weight: () => runOperation(weightGradient, { x, dy }, {}),
  bias: () => runOperation(biasGradient, { dy }, {}),
});

const convolutionBias: Operation<ConvolutionInputs & { residual?: Tensor }, [Tensor, Tensor]> = {
  kernelName: kernelNames.convolutionBias,
  portable: ({ x, weight, bias, residual }) => {
    if (weight.rank === 5) {
      const planes = {
        x: planesOf(x, weight.shape[0] as number),
        weight: planeWeight(weight),
        bias,
        ...(residual === undefined ? {} : { residual: asPlanes(residual) }),
      };
      return volumeOf(runOperation(convolutionBias, planes, {}), x.shape[0] as number);
    }
    const y = convolvePlanes(x, weight, bias);
    return residual === undefined ? y : add(y, residual);
  },
  gradient: {
    inputsToSave: ["x", "weight"],
    gradFunc: (dy, [x, weight]) => ({
      ...gradientsOf(dy, x, weight),
      residual: () => clone(dy),
    }),
  },
};

const convolutionBiasRelu: Operation<ConvolutionInputs, [Tensor, Tensor, Tensor]> = {
  kernelName: kernelNames.convolutionBiasRelu,
  portable: ({ x, weight, bias }) => {
    if (weight.rank === 5) {
      const planes = {
        x: planesOf(x, weight.shape[0] as number),
        weight: planeWeight(weight),
        bias,
      };
      return volumeOf(runOperation(convolutionBiasRelu, planes, {}), x.shape[0] as number);
    }
    return relu(convolvePlanes(x, weight, bias));
  },
  gradient: {
    inputsToSave: ["x", "weight"],
    outputsToSave: [true],
    // Rectified once for all three inputs, hence not inside their functions.
    gradFunc: (dy, [x, weight, y]) => {
      const [dx, sums]: [Tensor, Tensor] = runOperation(rectifyBiasGradient, { dy, y }, {});
      return { ...gradientsOf(dx, x, weight), bias: () => sums };
    },
  },
};

const padConvolutionBiasRelu: Operation<
  ConvolutionInputs,
  [Tensor, Tensor, Tensor],
  PadFieldAttributes
> = {
  kernelName: kernelNames.padConvolutionBiasRelu,
  portable: ({ x, weight, bias }, attributes) => {
    const padded = runOperation(padField, { x }, attributes);
    return runOperation(convolutionBiasRelu, { x: padded, weight, bias }, {});
  },
  gradient: {
    inputsToSave: ["x", "weight"],
    outputsToSave: [true],
    gradFunc: (dy, [x, weight, y], attributes) => {
      const [dx, sums]: [Tensor, Tensor] = runOperation(rectifyBiasGradient, { dy, y }, {});
      return {
        x: () => {
          const padded = runOperation(inputGradient, { dy: dx, weight }, {});
          return runOperation(padFieldGradient, { dy: padded }, attributes);
        },
        weight: () => {
          // Made again: kept from the first pass, it would be as much memory as x itself.
          const padded = runOperation(padField, { x }, attributes);
          return runOperation(weightGradient, { x: padded, dy: dx }, {});
        },
        bias: () => sums,
      };
    },
  },
};

interface SumInputs extends ConvolutionInputs {
  skip: Tensor;
  skipWeight: Tensor;
  skipBias: Tensor;
}

const convolutionSumOperation: Operation<SumInputs, [Tensor, Tensor, Tensor, Tensor]> = {
  kernelName: kernelNames.convolutionSum,
  // Through the kernels' names, so that a backend's own are used.
  portable: ({ x, weight, bias, skip, skipWeight, skipBias }) => {
    const second = { x: skip, weight: skipWeight, bias: skipBias };
    const residual = runOperation(convolutionBias, second, {});
    return runOperation(convolutionBias, { x, weight, bias, residual }, {});
  },
  gradient: {
    inputsToSave: ["x", "weight", "skip", "skipWeight"],
    gradFunc: (dy, [x, weight, skip, skipWeight]) => {
      const first = gradientsOf(dy, x, weight);
      const second = gradientsOf(dy, skip, skipWeight);
      // Both biases have the same gradient: the sum over dy, taken once.
      let sums: Tensor | undefined;
      const bias = (): Tensor => {
        if (sums !== undefined) return clone(sums);
        sums = runOperation(biasGradient, { dy }, {});
        return sums;
      };
      return {
        ...(first as { x: () => Tensor; weight: () => Tensor }),
        bias,
        skip: second["x"] as () => Tensor,
        skipWeight: second["weight"] as () => Tensor,
        skipBias: bias,
      };
    },
  },
};

/** Throws a ShapeError unless the three fit; gives the shape of x ∗ weight + bias, x longer by `width` at both ends. */
function convolvedShape(
  operation: string,
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  width = 0,
): number[] {
  requireField(x, operation);
  const [inputs, outputs] = weight.shape.slice(-2) as [number, number];
  const channels = x.shape.at(-1);
  if (
    weight.rank !== x.rank ||
    inputs !== channels ||
    bias.rank !== 1 ||
    bias.shape[0] !== outputs
  ) {
    const kernel = x.rank === 4 ? "kh, kw" : "kd, kh, kw";
    throw new ShapeError({
      problem: `${operation} of [${x.shape}] with a weight [${weight.shape}] and a bias [${bias.shape}]`,
      expected: `a weight [${kernel}, ${channels}, out] and a bias [out]`,
      remedy: "make parameters for the channels that the field has",
    });
  }
  const space = x.shape.slice(1, -1).map((n, k) => n + 2 * width - (weight.shape[k] as number) + 1);
  const shape = [x.shape[0] as number, ...space, outputs];
  if (shape.some((size) => size < 1)) {
    throw new ShapeError({
      problem: `${operation} of [${x.shape}] with a weight [${weight.shape}]`,
      expected: "a field at least as large as the kernel",
      remedy: "pad the field first",
    });
  }
  return shape;
}

/**
 * Convolution without padding, stride 1 (cross-correlation, as everywhere in machine learning), of a field
 * `x` `[batch, y, x, in]` with `weight` `[kh, kw, in, out]`, or `[batch, z, y, x, in]` with
 * `[kd, kh, kw, in, out]`: y = x ∗ weight + bias, then max(y, 0) where `relu` is given; the result is
 * `[batch, y − kh + 1, x − kw + 1, out]`, likewise in three dimensions. The caller disposes it.
 *
 * @param bias `[out]`.
 * @throws ShapeError where shapes do not fit.
 */
export function convolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { relu = false }: ConvolutionOptions = {},
): Tensor {
  convolvedShape("convolution", x, weight, bias);
  return relu
    ? runOperation(convolutionBiasRelu, { x, weight, bias }, {})
    : runOperation(convolutionBias, { x, weight, bias }, {});
}

/**
 * y = max(pad(x) ∗ weight + bias, 0), the beginning of a residual block: {@link pad} and {@link convolution} in one. The
 * continued field is not kept for the gradient. The caller disposes the result.
 *
 * @throws ShapeError where shapes do not fit or an axis is too short for its padding.
 */
export function padConvolutionRelu(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { width, padding }: PadFieldAttributes,
): Tensor {
  checkedPadding(x, width, padding);
  convolvedShape("padConvolutionRelu", x, weight, bias, width);
  return runOperation(padConvolutionBiasRelu, { x, weight, bias }, { width, padding });
}

/** The operands of {@link convolutionSum}. */
export interface ConvolutionSumOperands {
  /** `[batch, ...space, in]` with its weight `[...kernel, in, out]` and bias `[out]`. */
  readonly x: Tensor;
  readonly weight: Tensor;
  readonly bias: Tensor;
  /** Another field with its weight and bias, which give a result of the same shape. */
  readonly skip: Tensor;
  readonly skipWeight: Tensor;
  readonly skipBias: Tensor;
}

/**
 * y = x ∗ weight + bias + skip ∗ skipWeight + skipBias, the end of a residual block, with the convolution
 * of {@link convolution} in two or three dimensions. Its gradient takes the sum over dy once for both biases. The
 * caller disposes the result.
 *
 * @throws ShapeError where shapes do not fit.
 */
export function convolutionSum({
  x,
  weight,
  bias,
  skip,
  skipWeight,
  skipBias,
}: ConvolutionSumOperands): Tensor {
  const shape = convolvedShape("convolutionSum", x, weight, bias);
  const skipShape = convolvedShape("convolutionSum", skip, skipWeight, skipBias);
  if (String(shape) !== String(skipShape)) {
    throw new ShapeError({
      problem: `convolutionSum of results [${shape}] and [${skipShape}]`,
      expected: "two of the same shape",
      remedy: "pad the field of the larger kernel by the difference",
    });
  }
  return runOperation(convolutionSumOperation, { x, weight, bias, skip, skipWeight, skipBias }, {});
}
