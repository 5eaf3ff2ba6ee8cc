import { kernelNames } from "@eddyflow/ops";
import { sizeOf } from "../size-of.ts";
import { type Eager, type Handle, type OpAttribute, registerEagerKernel } from "./eager.ts";
import type { OwnOperations } from "./own-operations.ts";
import { processorFlags } from "./processor-flags.ts";

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

interface SumInputs {
  x: Handle;
  weight: Handle;
  bias: Handle;
  skip: Handle;
  skipWeight: Handle;
  skipBias: Handle;
}

/** Names and attributes of TensorFlow's convolutions of planes (rank 4) and of volumes (rank 5). */
const forms = {
  4: {
    dataFormat: "NHWC",
    forward: "Conv2D",
    input: "Conv2DBackpropInput",
    weight: "Conv2DBackpropFilter",
  },
  5: {
    dataFormat: "NDHWC",
    forward: "Conv3D",
    input: "Conv3DBackpropInputV2",
    weight: "Conv3DBackpropFilterV2",
  },
} as const;

type FieldRank = keyof typeof forms;

const geometry = ({ attribute, float }: Eager, rank: FieldRank): OpAttribute[] => [
  ...float,
  attribute.int("strides", Array(rank).fill(1)),
  attribute.string("padding", "VALID"),
  attribute.string("data_format", forms[rank].dataFormat),
  attribute.int("dilations", Array(rank).fill(1)),
];

/** What the input's gradient has beyond {@link geometry}: in three dimensions the type of `shape`. */
const shapeType = ({ attribute, backend }: Eager, rank: FieldRank): OpAttribute[] =>
  rank === 5 ? [attribute.type("Tshape", backend.binding.TF_INT32)] : [];

/**
 * By oneDNN's own kernels, under the names that TensorFlow's graph rewriter gives them: bias, relu and residual take
 * no pass of their own. Without AVX-512, TensorFlow itself does not turn to them; its own gradients mostly take
 * longer, up to three times. Under `node --cpu-prof` they also ended processes with a corrupted heap, inside the
 * matrix product that they call; whether other signals do that, and whether these kernels are free of it, is
 * not known.
 */
function oneDnnConvolution(eager: Eager, rank: FieldRank): Convolution {
  const { attribute, run } = eager;
  const { forward, input, weight } = forms[rank];
  const { TF_FLOAT } = eager.backend.binding;
  const plain = [...geometry(eager, rank), attribute.string("_kernel", "MklNameChangeOp")];
  const forInput = [...plain, ...shapeType(eager, rank)];
  const fusing = (...fused: string[]) => {
    const numArguments = fused.filter((op) => op !== "Relu").length;
    const attributes = [
      ...plain,
      attribute.int("num_args", numArguments),
      // The operation on volumes has no types of its own for what it adds.
      ...(rank === 4 ? [attribute.type("TArgs", Array(numArguments).fill(TF_FLOAT))] : []),
      attribute.string("fused_ops", fused),
      attribute.float("epsilon", 1e-4),
    ];
    return (...inputs: Handle[]): Handle => run(`_MklNativeFused${forward}`, attributes, inputs);
  };
  return {
    withBias: fusing("BiasAdd"),
    withBiasAndRelu: fusing("BiasAdd", "Relu"),
    withBiasAndResidual: fusing("BiasAdd", "Add"),
    inputGradient: (...inputs) => run(`_MklNative${input}`, forInput, inputs),
    weightGradient: (...inputs) => run(`_MklNative${weight}`, plain, inputs),
  };
}

/** By one operation after the other, which every TensorFlow has on every device. */
function plainConvolution(eager: Eager, rank: FieldRank): Convolution {
  const { attribute, float, run } = eager;
  const plain = geometry(eager, rank);
  const forInput = [...plain, ...shapeType(eager, rank)];
  const { forward, input, weight: filter } = forms[rank];
  const addBias = [...float, attribute.string("data_format", "NHWC")];
  const withBias = (x: Handle, weight: Handle, bias: Handle): Handle =>
    run("BiasAdd", addBias, [run(forward, plain, [x, weight]), bias]);
  return {
    withBias,
    withBiasAndRelu: (x, weight, bias) => run("Relu", float, [withBias(x, weight, bias)]),
    withBiasAndResidual: (x, weight, bias, residual) =>
      run("AddV2", float, [withBias(x, weight, bias), residual]),
    inputGradient: (...inputs) => run(input, forInput, inputs),
    weightGradient: (...inputs) => run(filter, plain, inputs),
  };
}

/**
 * By the operations of our own addon: half the products where every axis of the weights is of three, and whatever
 * `others` does elsewhere, and in bfloat16 where the processor multiplies whole tiles of it, which nothing else keeps up with.
 */
function ownConvolution(eager: Eager, own: OwnOperations, others: Convolution): Convolution {
  const { TF_FLOAT } = eager.backend.binding;
  const flags = processorFlags();
  const inLowPrecision = flags?.has("avx512_bf16") === true && !flags.has("amx_bf16");
  const isOurs = (x: Handle, kernel: readonly number[]): boolean =>
    (x.dtype === TF_FLOAT || inLowPrecision) && kernel.every((points) => points === 3);
  const kernelOf = ({ shape }: Handle) => shape.slice(0, -2);
  return {
    withBias: (x, weight, bias) =>
      isOurs(x, kernelOf(weight))
        ? own.convolution([x, weight, bias], false)
        : others.withBias(x, weight, bias),
    withBiasAndRelu: (x, weight, bias) =>
      isOurs(x, kernelOf(weight))
        ? own.convolution([x, weight, bias], true)
        : others.withBiasAndRelu(x, weight, bias),
    withBiasAndResidual: (x, weight, bias, residual) =>
      isOurs(x, kernelOf(weight))
        ? own.convolution([x, weight, bias, residual], false)
        : others.withBiasAndResidual(x, weight, bias, residual),
    inputGradient: (shape, weight, dy) =>
      isOurs(dy, kernelOf(weight))
        ? own.convolutionInputGradient(dy, weight)
        : others.inputGradient(shape, weight, dy),
    weightGradient: (x, shape, dy) => {
      const kernel = x.shape.slice(1, -1).map((n, k) => n - (dy.shape[k + 1] as number) + 1);
      return isOurs(x, kernel)
        ? own.convolutionWeightGradient(x, dy)
        : others.weightGradient(x, shape, dy);
    },
  };
}

/** Whether all give the same, on small whole numbers, which are summed exactly in any order. */
function agree(eager: Eager, rank: FieldRank, convolutions: readonly Convolution[]): boolean {
  const { binding } = eager.backend;
  const ramp = (shape: number[]): Handle => {
    const values = Float32Array.from({ length: sizeOf(shape) }, (_, i) => ((7 * i) % 11) - 5);
    const dtype = binding.TF_FLOAT;
    return { id: binding.createTensor(shape, dtype, values), shape, dtype };
  };
  const read = ({ id }: Handle): string => binding.tensorDataSync(id).join();
  const x = ramp([1, ...Array(rank - 2).fill(4), 2]);
  const weight = ramp([...Array(rank - 2).fill(3), 2, 3]);
  const bias = ramp([3]);
  const y = ramp([1, ...Array(rank - 2).fill(2), 3]);
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

/** Registers convolution and its gradients, by operations of our own where the addon has them. */
export function registerConvolutionKernels(eager: Eager, own: OwnOperations | null): void {
  const { attribute, backend, constant, float, run } = eager;
  const best = (rank: FieldRank): Convolution => {
    const oneDnn = oneDnnConvolution(eager, rank);
    const plain = plainConvolution(eager, rank);
    if (backend.isUsingGpuDevice) return plain;
    const library = agree(eager, rank, [oneDnn, plain]) ? oneDnn : plain;
    // Who limits the instructions of oneDNN means ours too.
    if (own === null || process.env["ONEDNN_MAX_CPU_ISA"]) return library;
    const ours = ownConvolution(eager, own, library);
    return agree(eager, rank, [ours, plain]) ? ours : library;
  };
  const planes = best(4);
  let volumes: Convolution | undefined;
  /** For a field or weight of this shape; those of volumes are tried when the first comes. */
  const convolutionFor = ({ shape }: Handle): Convolution => {
    if (shape.length === 4) return planes;
    volumes ??= best(5);
    return volumes;
  };

  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle; residual?: Handle }, object>(
    eager,
    kernelNames.convolutionBias,
    ({ x, weight, bias, residual }) => {
      const convolution = convolutionFor(x);
      const offset = eager.cast(bias, x.dtype);
      return residual === undefined
        ? convolution.withBias(x, weight, offset)
        : convolution.withBiasAndResidual(x, weight, offset, residual);
    },
  );
  registerEagerKernel<SumInputs, object>(
    eager,
    kernelNames.convolutionSum,
    ({ x, weight, bias, skip, skipWeight, skipBias }) => {
      const convolution = convolutionFor(x);
      const residual = convolution.withBias(skip, skipWeight, eager.cast(skipBias, skip.dtype));
      // TensorFlow adds to a residual in place if nobody else holds it, else to a copy.
      const given = own === null ? residual : eager.giveUp(residual);
      return convolution.withBiasAndResidual(x, weight, eager.cast(bias, x.dtype), given);
    },
  );
  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle }, object>(
    eager,
    kernelNames.convolutionBiasRelu,
    ({ x, weight, bias }) =>
      convolutionFor(x).withBiasAndRelu(x, weight, eager.cast(bias, x.dtype)),
  );
  registerEagerKernel<{ dy: Handle; weight: Handle }, object>(
    eager,
    kernelNames.convolutionInputGradient,
    ({ dy, weight }) => {
      const kernel = weight.shape.slice(0, -2);
      const [batch, ...points] = dy.shape.slice(0, -1) as [number, ...number[]];
      const space = points.map((n, k) => n + (kernel[k] as number) - 1);
      const shape = constant([batch, ...space, weight.shape.at(-2) as number]);
      return convolutionFor(dy).inputGradient(shape, weight, dy);
    },
  );
  registerEagerKernel<{ x: Handle; dy: Handle }, object>(
    eager,
    kernelNames.convolutionWeightGradient,
    ({ x, dy }) => {
      const kernel = x.shape.slice(1, -1).map((n, k) => n - (dy.shape[k + 1] as number) + 1);
      const shape = constant([...kernel, x.shape.at(-1) as number, dy.shape.at(-1) as number]);
      return convolutionFor(x).weightGradient(x, shape, dy);
    },
  );
  const sumOverPoints = [...float, attribute.string("data_format", "NHWC")];
  registerEagerKernel<{ dy: Handle }, object>(
    eager,
    kernelNames.convolutionBiasGradient,
    ({ dy }) => {
      if (own !== null) return own.biasGradient(dy);
      // In bfloat16 it adds up in bfloat16, which leaves errors of tens of per cent.
      return run("BiasAddGrad", sumOverPoints, [eager.cast(dy, backend.binding.TF_FLOAT)]);
    },
  );
}
