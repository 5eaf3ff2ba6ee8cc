import { kernelNames } from "@eddyflow/ops";
import { type Eager, type Handle, type OpAttribute, registerEagerKernel } from "./eager.ts";

type Fusion = "bias" | "bias and relu" | "bias and residual";

/** Convolution with what follows it in one pass, or null where this TensorFlow lacks oneDNN's kernel. */
type FusedConvolution = (fusion: Fusion, inputs: readonly Handle[]) => Handle;

function oneDnnConvolution(eager: Eager, plain: readonly OpAttribute[]): FusedConvolution {
  const { attribute, float, run } = eager;
  const { TF_FLOAT } = eager.backend.binding;
  const attributesOf = (...fused: string[]): OpAttribute[] => {
    const numArguments = fused.filter((op) => op !== "Relu").length;
    return [
      ...float,
      ...plain,
      attribute.int("num_args", numArguments),
      attribute.type("TArgs", Array(numArguments).fill(TF_FLOAT)),
      attribute.string("fused_ops", fused),
      attribute.float("epsilon", 1e-4),
      // The name under which TensorFlow's graph rewriter asks for oneDNN's own kernel.
      attribute.string("_kernel", "MklNameChangeOp"),
    ];
  };
  const attributes = {
    bias: attributesOf("BiasAdd"),
    "bias and relu": attributesOf("BiasAdd", "Relu"),
    "bias and residual": attributesOf("BiasAdd", "Add"),
  };
  return (fusion, inputs) => run("_MklNativeFusedConv2D", attributes[fusion], inputs);
}

function separateConvolution(eager: Eager, plain: readonly OpAttribute[]): FusedConvolution {
  const { attribute, float, run } = eager;
  const convolution = [...float, ...plain];
  const addBias = [...float, attribute.string("data_format", "NHWC")];
  return (fusion, [x, weight, bias, residual]) => {
    const raw = run("Conv2D", convolution, [x as Handle, weight as Handle]);
    const y = run("BiasAdd", addBias, [raw, bias as Handle]);
    if (fusion === "bias and relu") return run("Relu", float, [y]);
    return fusion === "bias" ? y : run("AddV2", float, [y, residual as Handle]);
  };
}

/** Whether `fused` gives what `separate` gives, on small numbers that every fusion shows up in. */
function agrees(eager: Eager, fused: FusedConvolution, separate: FusedConvolution): boolean {
  const { binding } = eager.backend;
  const ramp = (shape: number[]): Handle => {
    const values = Float32Array.from(
      { length: shape.reduce((size, n) => size * n, 1) },
      (_, i) => ((7 * i) % 11) - 5,
    );
    return { id: binding.createTensor(shape, binding.TF_FLOAT, values), shape };
  };
  const operands = [ramp([1, 4, 4, 2]), ramp([3, 3, 2, 3]), ramp([3]), ramp([1, 2, 2, 3])];
  const fusions: [Fusion, number][] = [
    ["bias", 3],
    ["bias and relu", 3],
    ["bias and residual", 4],
  ];
  const read = (convolution: FusedConvolution): string =>
    fusions
      .map(([fusion, count]) => {
        const [y] = eager.scope(() => [convolution(fusion, operands.slice(0, count))]) as [Handle];
        const values = binding.tensorDataSync(y.id);
        binding.deleteTensor(y.id);
        return values;
      })
      // The residual last: it must not have been written into.
      .concat(binding.tensorDataSync((operands[3] as Handle).id))
      .join();
  try {
    return read(fused) === read(separate);
  } catch {
    return false;
  } finally {
    for (const { id } of operands) binding.deleteTensor(id);
  }
}

/** Registers convolution and its gradients. */
export function registerConvolutionKernels(eager: Eager): void {
  const { attribute, constant, float, run } = eager;
  const { isUsingGpuDevice } = eager.backend;
  const plain = [
    attribute.int("strides", [1, 1, 1, 1]),
    attribute.string("padding", "VALID"),
    attribute.string("data_format", "NHWC"),
    attribute.int("dilations", [1, 1, 1, 1]),
  ];
  const convolution = [...float, ...plain];
  const separate = separateConvolution(eager, plain);
  const oneDnn = oneDnnConvolution(eager, plain);
  const fused = !isUsingGpuDevice && agrees(eager, oneDnn, separate) ? oneDnn : separate;

  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle; residual?: Handle }, object>(
    eager,
    kernelNames.convolutionBias,
    ({ x, weight, bias, residual }) =>
      residual === undefined
        ? fused("bias", [x, weight, bias])
        : fused("bias and residual", [x, weight, bias, residual]),
  );
  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle }, object>(
    eager,
    kernelNames.convolutionBiasRelu,
    ({ x, weight, bias }) => fused("bias and relu", [x, weight, bias]),
  );

  registerEagerKernel<{ dy: Handle; weight: Handle }, object>(
    eager,
    kernelNames.convolutionInputGradient,
    ({ dy, weight }) => {
      const [height, width, inputs] = weight.shape as [number, number, number];
      const [batch, rows, columns] = dy.shape as [number, number, number];
      const shape = [batch, rows + height - 1, columns + width - 1, inputs];
      return run("Conv2DBackpropInput", convolution, [constant(shape), weight, dy]);
    },
  );
  registerEagerKernel<{ x: Handle; dy: Handle }, object>(
    eager,
    kernelNames.convolutionWeightGradient,
    ({ x, dy }) => {
      const [, height, width, inputs] = x.shape as [number, number, number, number];
      const [, rows, columns, outputs] = dy.shape as [number, number, number, number];
      const shape = [height - rows + 1, width - columns + 1, inputs, outputs];
      return run("Conv2DBackpropFilter", convolution, [x, constant(shape), dy]);
    },
  );
  const biasGradient = [...float, attribute.string("data_format", "NHWC")];
  registerEagerKernel<{ dy: Handle }, object>(
    eager,
    kernelNames.convolutionBiasGradient,
    ({ dy }) => run("BiasAddGrad", biasGradient, [dy]),
  );
}
