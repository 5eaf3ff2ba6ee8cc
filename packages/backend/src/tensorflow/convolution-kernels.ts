import { kernelNames } from "@eddyflow/ops";
import { type Eager, type Handle, type OpAttribute, registerEagerKernel } from "./eager.ts";

/** Convolution of stride 1 without padding, and its gradients, in TensorFlow's terms. */
interface Convolution {
  withBias(x: Handle, weight: Handle, bias: Handle): Handle;
  withBiasAndRelu(x: Handle, weight: Handle, bias: Handle): Handle;
  withBiasAndResidual(x: Handle, weight: Handle, bias: Handle, residual: Handle): Handle;
  /** `shape` is that of x, as a tensor. */
  inputGradient(shape: Handle, weight: Handle, dy: Handle): Handle;
  /** `shape` is that of the weight, as a tensor. */
  weightGradient(x: Handle, shape: Handle, dy: Handle): Handle;
}

const geometry = ({ attribute, float }: Eager): OpAttribute[] => [
  ...float,
  attribute.int("strides", [1, 1, 1, 1]),
  attribute.string("padding", "VALID"),
  attribute.string("data_format", "NHWC"),
  attribute.int("dilations", [1, 1, 1, 1]),
];

/**
 * By oneDNN's own kernels, under the names that TensorFlow's graph rewriter gives them: bias, relu and residual take
 * no pass of their own. Without AVX-512, TensorFlow itself does not turn to them; its own gradients mostly take
 * longer, up to three times. Under `node --cpu-prof` they also ended processes with a corrupted heap, inside the
 * matrix product that they call; whether other signals do that, and whether these kernels are free of it, is
 * not known.
 */
function oneDnnConvolution(eager: Eager): Convolution {
  const { attribute, run } = eager;
  const { TF_FLOAT } = eager.backend.binding;
  const plain = [...geometry(eager), attribute.string("_kernel", "MklNameChangeOp")];
  const fusing = (...fused: string[]) => {
    const numArguments = fused.filter((op) => op !== "Relu").length;
    const attributes = [
      ...plain,
      attribute.int("num_args", numArguments),
      attribute.type("TArgs", Array(numArguments).fill(TF_FLOAT)),
      attribute.string("fused_ops", fused),
      attribute.float("epsilon", 1e-4),
    ];
    return (...inputs: Handle[]): Handle => run("_MklNativeFusedConv2D", attributes, inputs);
  };
  return {
    withBias: fusing("BiasAdd"),
    withBiasAndRelu: fusing("BiasAdd", "Relu"),
    withBiasAndResidual: fusing("BiasAdd", "Add"),
    inputGradient: (...inputs) => run("_MklNativeConv2DBackpropInput", plain, inputs),
    weightGradient: (...inputs) => run("_MklNativeConv2DBackpropFilter", plain, inputs),
  };
}

/** By one operation after the other, which every TensorFlow has on every device. */
function plainConvolution(eager: Eager): Convolution {
  const { attribute, float, run } = eager;
  const plain = geometry(eager);
  const addBias = [...float, attribute.string("data_format", "NHWC")];
  const withBias = (x: Handle, weight: Handle, bias: Handle): Handle =>
    run("BiasAdd", addBias, [run("Conv2D", plain, [x, weight]), bias]);
  return {
    withBias,
    withBiasAndRelu: (x, weight, bias) => run("Relu", float, [withBias(x, weight, bias)]),
    withBiasAndResidual: (x, weight, bias, residual) =>
      run("AddV2", float, [withBias(x, weight, bias), residual]),
    inputGradient: (...inputs) => run("Conv2DBackpropInput", plain, inputs),
    weightGradient: (...inputs) => run("Conv2DBackpropFilter", plain, inputs),
  };
}

/** Whether both give the same, on small whole numbers, which are summed exactly in any order. */
function agree(eager: Eager, convolutions: readonly Convolution[]): boolean {
  const { binding } = eager.backend;
  const ramp = (shape: number[]): Handle => {
    const values = Float32Array.from(
      { length: shape.reduce((size, n) => size * n, 1) },
      (_, i) => ((7 * i) % 11) - 5,
    );
    const dtype = binding.TF_FLOAT;
    return { id: binding.createTensor(shape, dtype, values), shape, dtype };
  };
  const read = ({ id }: Handle): string => binding.tensorDataSync(id).join();
  const x = ramp([1, 4, 4, 2]);
  const weight = ramp([3, 3, 2, 3]);
  const bias = ramp([3]);
  const y = ramp([1, 2, 2, 3]);
  try {
    const results = convolutions.map((convolution) => {
      const values: string[] = [];
      eager.scope(() => {
        values.push(
          read(convolution.withBias(x, weight, bias)),
          read(convolution.withBiasAndRelu(x, weight, bias)),
          read(convolution.withBiasAndResidual(x, weight, bias, y)),
          read(convolution.inputGradient(eager.constant(x.shape), weight, y)),
          read(convolution.weightGradient(x, eager.constant(weight.shape), y)),
          // The residual must not have been written into.
          read(y),
        );
        return [];
      });
      return values.join(";");
    });
    return new Set(results).size === 1;
  } catch {
    return false;
  } finally {
    for (const { id } of [x, weight, bias, y]) binding.deleteTensor(id);
  }
}

/** Registers convolution and its gradients. */
export function registerConvolutionKernels(eager: Eager): void {
  const { attribute, backend, constant, float, run } = eager;
  const oneDnn = oneDnnConvolution(eager);
  const plain = plainConvolution(eager);
  const best = !backend.isUsingGpuDevice && agree(eager, [oneDnn, plain]) ? oneDnn : plain;

  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle; residual?: Handle }, object>(
    eager,
    kernelNames.convolutionBias,
    ({ x, weight, bias, residual }) => {
      const offset = eager.cast(bias, x.dtype);
      return residual === undefined
        ? best.withBias(x, weight, offset)
        : best.withBiasAndResidual(x, weight, offset, residual);
    },
  );
  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle }, object>(
    eager,
    kernelNames.convolutionBiasRelu,
    ({ x, weight, bias }) => best.withBiasAndRelu(x, weight, eager.cast(bias, x.dtype)),
  );
  registerEagerKernel<{ dy: Handle; weight: Handle }, object>(
    eager,
    kernelNames.convolutionInputGradient,
    ({ dy, weight }) => {
      const [height, width, inputs] = weight.shape as [number, number, number];
      const [batch, rows, columns] = dy.shape as [number, number, number];
      const shape = [batch, rows + height - 1, columns + width - 1, inputs];
      return best.inputGradient(constant(shape), weight, dy);
    },
  );
  registerEagerKernel<{ x: Handle; dy: Handle }, object>(
    eager,
    kernelNames.convolutionWeightGradient,
    ({ x, dy }) => {
      const [, height, width, inputs] = x.shape as [number, number, number, number];
      const [, rows, columns, outputs] = dy.shape as [number, number, number, number];
      const shape = [height - rows + 1, width - columns + 1, inputs, outputs];
      return best.weightGradient(x, constant(shape), dy);
    },
  );
  const sumOverPoints = [...float, attribute.string("data_format", "NHWC")];
  registerEagerKernel<{ dy: Handle }, object>(
    eager,
    kernelNames.convolutionBiasGradient,
    // In bfloat16 it adds up in bfloat16, which leaves errors of tens of per cent.
    ({ dy }) => run("BiasAddGrad", sumOverPoints, [eager.cast(dy, backend.binding.TF_FLOAT)]),
  );
}
