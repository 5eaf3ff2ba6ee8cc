import {
  add,
  backend_util,
  conv2d,
  getKernel,
  type KernelBackend,
  type KernelConfig,
  min,
  type NamedTensorMap,
  pad,
  registerKernel,
  slice,
  sub,
  type Tensor,
  type Tensor4D,
  type TensorInfo,
  tidy,
  transpose,
  unregisterKernel,
} from "@tensorflow/tfjs-core";

type Shape4D = [number, number, number, number];

interface FilterGradientAttributes {
  readonly strides: [number, number] | number;
  readonly pad: "valid" | "same" | number;
  readonly dimRoundingMode?: "floor" | "round" | "ceil";
  readonly filterShape: Shape4D;
}

/**
 * The gradient of `conv2d` in its filter, which tfjs-backend-wasm lacks: a convolution of the images, their
 * channels taken for the batch, with the output's gradient as filter, dilated by the strides.
 */
function filterGradient(x: Tensor4D, dy: Tensor4D, attributes: FilterGradientAttributes): Tensor {
  const { filterShape, strides } = attributes;
  const { padInfo, strideHeight, strideWidth } = backend_util.computeConv2DInfo(
    x.shape,
    filterShape,
    strides,
    1,
    attributes.pad,
    attributes.dimRoundingMode,
  );
  const { top, bottom, left, right } = padInfo;
  const images = pad(transpose(x, [3, 1, 2, 0]), [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ]) as Tensor4D;
  const filters = transpose(dy, [1, 2, 0, 3]) as Tensor4D;
  const all = conv2d(images, filters, 1, "valid", "NHWC", [strideHeight, strideWidth]);
  const [height, width, inputs, outputs] = filterShape;
  return transpose(slice(all, 0, [inputs, height, width, outputs]), [1, 2, 0, 3]);
}

/** Registers what training needs and tfjs-backend-wasm 4.22 lacks, has wrong, or does with a needless copy. */
export function registerMissingKernels(): void {
  const backendName = "wasm";
  if (getKernel("Conv2DBackpropFilter", backendName) === undefined) {
    registerKernel({
      kernelName: "Conv2DBackpropFilter",
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const { x, dy } = inputs as unknown as { x: Tensor4D; dy: Tensor4D };
        return tidy(() => filterGradient(x, dy, attrs as unknown as FilterGradientAttributes));
      },
    });
  }
  // It looks for maxima from the smallest positive number on, so that negative ones get no gradient; which
  // entry is the largest does not change when all are made positive.
  const maxPoolGrad: KernelConfig = getKernel("MaxPoolGrad", backendName);
  unregisterKernel("MaxPoolGrad", backendName);
  registerKernel({
    ...maxPoolGrad,
    kernelFunc: ({ inputs, attrs, backend }) =>
      tidy(() => {
        const { dy, input, output } = inputs as NamedTensorMap;
        const offset = sub(1, min(input as Tensor));
        return maxPoolGrad.kernelFunc({
          inputs: {
            dy,
            input: add(input as Tensor, offset),
            output: add(output as Tensor, offset),
          },
          backend,
          ...(attrs === undefined ? {} : { attrs }),
        }) as Tensor;
      }),
  });
  // It copies, and every tensor that is saved for a gradient is a clone; others share, as its own Reshape does.
  const identity: KernelConfig = getKernel("Identity", backendName);
  unregisterKernel("Identity", backendName);
  registerKernel({
    ...identity,
    kernelFunc: ({ inputs, backend }) => {
      const { dataId, shape, dtype } = inputs["x"] as TensorInfo;
      (backend as KernelBackend).incRef(dataId);
      return { dataId, shape, dtype };
    },
  });
}
