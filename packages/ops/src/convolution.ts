import { ShapeError } from "@eddyflow/core";
import {
  add,
  clone,
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
} from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { rectifyGradient } from "./relu.ts";
import { requireField } from "./spatial.ts";

/** Options of {@link convolution}. */
export interface ConvolutionOptions {
  /** Whether to take max(·, 0) of the result; excludes `residual`. */
  readonly relu?: boolean;
  /** Added to the result, of its shape. */
  readonly residual?: Tensor;
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

/** x ∗ weight + bias by the backend's own fused kernel, which every tfjs backend has. */
const convolve = (x: Tensor, weight: Tensor, bias: Tensor): Tensor =>
  engine().runKernel("FusedConv2D", { x, filter: weight, bias }, {
    ...valid,
    activation: "linear",
  } as never) as Tensor;

const inputGradient: Operation<{ dy: Tensor; weight: Tensor }> = {
  kernelName: kernelNames.convolutionInputGradient,
  // A valid convolution with the mirrored weight; several backends lack a fast or a right kernel for it.
  portable: ({ dy, weight }) => {
    const [height, width] = weight.shape as [number, number];
    const mirrored = transpose(reverse(weight, [0, 1]), [0, 1, 3, 2]);
    const surrounded = pad(dy, [
      [0, 0],
      [height - 1, height - 1],
      [width - 1, width - 1],
      [0, 0],
    ]);
    return conv2d(surrounded as Tensor4D, mirrored as Tensor4D, 1, "valid");
  },
  gradient: null,
};

const weightGradient: Operation<{ x: Tensor; dy: Tensor }> = {
  kernelName: kernelNames.convolutionWeightGradient,
  // Channels become the batch and the batch the channels: again a valid convolution.
  portable: ({ x, dy }) => {
    const images = transpose(x, [3, 1, 2, 0]);
    const filters = transpose(dy, [1, 2, 0, 3]);
    return transpose(conv2d(images as Tensor4D, filters as Tensor4D, 1, "valid"), [1, 2, 0, 3]);
  },
  gradient: null,
};

const biasGradient: Operation<{ dy: Tensor }> = {
  kernelName: kernelNames.convolutionBiasGradient,
  portable: ({ dy }) => sum(reshape(dy, [-1, dy.shape.at(-1) as number]), 0),
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
    const y = convolve(x, weight, bias);
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
  portable: ({ x, weight, bias }) => relu(convolve(x, weight, bias)),
  gradient: {
    inputsToSave: ["x", "weight"],
    outputsToSave: [true],
    // Rectified once for all three inputs, hence not inside their functions.
    gradFunc: (dy, [x, weight, y]) =>
      gradientsOf(runOperation(rectifyGradient, { dy, y }, {}), x, weight),
  },
};

/**
 * Convolution without padding, stride 1, of a field `x` `[batch, y, x, in]` with `weight` `[kh, kw, in, out]`
 * (cross-correlation, as everywhere in machine learning): y = x ∗ weight + bias, then max(y, 0) or
 * y + residual; the result is `[batch, y − kh + 1, x − kw + 1, out]`. The caller disposes it.
 *
 * @param bias `[out]`.
 * @throws ShapeError where shapes do not fit, or both `relu` and `residual` are given.
 */
export function convolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  { relu = false, residual }: ConvolutionOptions = {},
): Tensor {
  requireField(x, "convolution");
  const [height, width, inputs, outputs] = weight.shape;
  const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
  if (weight.rank !== 4 || inputs !== channels || bias.rank !== 1 || bias.shape[0] !== outputs) {
    throw new ShapeError({
      problem: `convolution of [${x.shape}] with a weight [${weight.shape}] and a bias [${bias.shape}]`,
      expected: `a weight [kh, kw, ${channels}, out] and a bias [out]`,
      remedy: "make the parameters for as many channels as the field has",
    });
  }
  const shape = [batch, rows - (height as number) + 1, columns - (width as number) + 1, outputs];
  if (shape.some((size) => (size as number) < 1)) {
    throw new ShapeError({
      problem: `convolution of [${x.shape}] with a weight [${weight.shape}]`,
      expected: "a field at least as large as the kernel",
      remedy: "pad the field first",
    });
  }
  if (residual === undefined) {
    return relu
      ? runOperation(convolutionBiasRelu, { x, weight, bias }, {})
      : runOperation(convolutionBias, { x, weight, bias }, {});
  }
  if (relu || String(residual.shape) !== String(shape)) {
    throw new ShapeError({
      problem: `convolution with a residual [${residual.shape}]${relu ? " and a relu" : ""}`,
      expected: `a residual [${shape}] and no relu`,
      remedy: "apply relu to the result where both are meant",
    });
  }
  return runOperation(convolutionBias, { x, weight, bias, residual }, {});
}
