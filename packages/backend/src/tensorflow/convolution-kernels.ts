import { readFileSync } from "node:fs";
import { kernelNames } from "@eddyflow/ops";
import { type Eager, type Handle, type OpAttribute, registerEagerKernel } from "./eager.ts";

/** Attributes that every kind of convolution takes, and those of the two ways to pad. */
interface Geometry {
  readonly plain: readonly OpAttribute[];
  readonly valid: readonly OpAttribute[];
  /** Zeros all around, as many as the gradient in x wants for a kernel of this size. */
  readonly full: (height: number, width: number) => readonly OpAttribute[];
}

function geometryOf({ attribute }: Eager): Geometry {
  return {
    plain: [
      attribute.int("strides", [1, 1, 1, 1]),
      attribute.string("data_format", "NHWC"),
      attribute.int("dilations", [1, 1, 1, 1]),
    ],
    valid: [attribute.string("padding", "VALID")],
    full: (height, width) => [
      attribute.string("padding", "EXPLICIT"),
      attribute.int(
        "explicit_paddings",
        [0, height - 1, width - 1, 0].flatMap((n) => [n, n]),
      ),
    ],
  };
}

type Fusion = "bias" | "bias and relu" | "bias and residual";

/** Convolution with what follows it; `frame` says how to pad. */
type FusedConvolution = (
  fusion: Fusion,
  inputs: readonly Handle[],
  frame: readonly OpAttribute[],
) => Handle;

/** By oneDNN in one pass. */
function oneDnnConvolution(eager: Eager, { plain }: Geometry): FusedConvolution {
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
  return (fusion, inputs, frame) =>
    run("_MklNativeFusedConv2D", [...attributes[fusion], ...frame], inputs);
}

/** By one operation after the other, which every TensorFlow has. */
function separateConvolution(eager: Eager, { plain }: Geometry): FusedConvolution {
  const { attribute, float, run } = eager;
  const addBias = [...float, attribute.string("data_format", "NHWC")];
  return (fusion, [x, weight, bias, residual], frame) => {
    const raw = run("Conv2D", [...float, ...plain, ...frame], [x as Handle, weight as Handle]);
    const y = run("BiasAdd", addBias, [raw, bias as Handle]);
    if (fusion === "bias and relu") return run("Relu", float, [y]);
    return fusion === "bias" ? y : run("AddV2", float, [y, residual as Handle]);
  };
}

/** Whether both give the same, on small whole numbers, which are summed exactly in any order. */
function agree(
  eager: Eager,
  { valid, full }: Geometry,
  convolutions: readonly FusedConvolution[],
): boolean {
  const { binding } = eager.backend;
  const ramp = (shape: number[]): Handle => {
    const values = Float32Array.from(
      { length: shape.reduce((size, n) => size * n, 1) },
      (_, i) => ((7 * i) % 11) - 5,
    );
    return { id: binding.createTensor(shape, binding.TF_FLOAT, values), shape };
  };
  const read = ({ id }: Handle): string => binding.tensorDataSync(id).join();
  const [x, weight, bias, residual] = [
    ramp([1, 4, 4, 2]),
    ramp([3, 3, 2, 3]),
    ramp([3]),
    ramp([1, 2, 2, 3]),
  ] as const;
  try {
    const results = convolutions.map((convolution) => {
      const values: string[] = [];
      eager.scope(() => {
        values.push(
          read(convolution("bias", [x, weight, bias], valid)),
          read(convolution("bias", [x, weight, bias], full(3, 3))),
          read(convolution("bias and relu", [x, weight, bias], valid)),
          read(convolution("bias and residual", [x, weight, bias, residual], valid)),
          // It must not have been written into.
          read(residual),
        );
        return [];
      });
      return values.join(";");
    });
    return new Set(results).size === 1;
  } catch {
    return false;
  } finally {
    for (const { id } of [x, weight, bias, residual]) binding.deleteTensor(id);
  }
}

/** Whether Linux says so of the first processor; no elsewhere. */
function hasAvx512(): boolean {
  try {
    return readFileSync("/proc/cpuinfo", "utf8").includes("avx512f");
  } catch {
    return false;
  }
}

/** Registers convolution and its gradients. */
export function registerConvolutionKernels(eager: Eager): void {
  const { attribute, constant, float, run } = eager;
  const { binding, isUsingGpuDevice } = eager.backend;
  const { TF_INT32 } = binding;
  const geometry = geometryOf(eager);
  const { valid } = geometry;
  const separate = separateConvolution(eager, geometry);
  const oneDnn = oneDnnConvolution(eager, geometry);
  const hasOneDnn = !isUsingGpuDevice && agree(eager, geometry, [oneDnn, separate]);
  const fused = hasOneDnn ? oneDnn : separate;

  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle; residual?: Handle }, object>(
    eager,
    kernelNames.convolutionBias,
    ({ x, weight, bias, residual }) =>
      residual === undefined
        ? fused("bias", [x, weight, bias], valid)
        : fused("bias and residual", [x, weight, bias, residual], valid),
  );
  registerEagerKernel<{ x: Handle; weight: Handle; bias: Handle }, object>(
    eager,
    kernelNames.convolutionBiasRelu,
    ({ x, weight, bias }) => fused("bias and relu", [x, weight, bias], valid),
  );

  const convolution = [...float, ...geometry.plain, ...valid];
  const shaped = [...float, attribute.type("Tshape", TF_INT32)];
  const permuted = [...float, attribute.type("Tperm", TF_INT32)];
  const indexed = [...float, attribute.type("Tidx", TF_INT32)];
  const filled = [...float, attribute.type("index_type", TF_INT32)];
  const firstTransposed = [
    ...float,
    attribute.bool("transpose_a", true),
    attribute.bool("transpose_b", false),
  ];
  const reshape = (x: Handle, shape: readonly number[]): Handle =>
    run("Reshape", shaped, [x, constant(shape)]);
  const transpose = (x: Handle, axes: readonly number[]): Handle =>
    run("Transpose", permuted, [x, constant(axes)]);

  // Without AVX-512, oneDNN's own gradients are slower than its convolution. The gradient in x is a
  // convolution with the mirrored weight too, and that in the weight one with the channels for the batch and
  // the batch for the channels, which was measured to be faster from these sizes on (two cores with AVX2).
  const byConvolution = hasOneDnn && !hasAvx512();
  const leastBatch = 4;
  const fewestChannelsToMirror = 16;

  registerEagerKernel<{ dy: Handle; weight: Handle }, object>(
    eager,
    kernelNames.convolutionInputGradient,
    ({ dy, weight }) => {
      const [height, width, inputs] = weight.shape as [number, number, number];
      const [batch, rows, columns] = dy.shape as [number, number, number];
      if (byConvolution && batch >= leastBatch && inputs >= fewestChannelsToMirror) {
        if (height * width === 1) {
          return run("Conv2D", convolution, [dy, transpose(weight, [0, 1, 3, 2])]);
        }
        const mirrored = run("ReverseV2", indexed, [weight, constant([0, 1])]);
        const noBias = run("Fill", filled, [constant([inputs]), eager.scalar(0)]);
        const operands = [dy, transpose(mirrored, [0, 1, 3, 2]), noBias];
        return fused("bias", operands, geometry.full(height, width));
      }
      const shape = [batch, rows + height - 1, columns + width - 1, inputs];
      return run("Conv2DBackpropInput", convolution, [constant(shape), weight, dy]);
    },
  );
  registerEagerKernel<{ x: Handle; dy: Handle }, object>(
    eager,
    kernelNames.convolutionWeightGradient,
    ({ x, dy }) => {
      const [batch, height, width, inputs] = x.shape as [number, number, number, number];
      const [, rows, columns, outputs] = dy.shape as [number, number, number, number];
      const shape = [height - rows + 1, width - columns + 1, inputs, outputs];
      if (byConvolution && batch >= leastBatch) {
        if (rows === height && columns === width) {
          const numPoints = batch * rows * columns;
          const flat = [reshape(x, [numPoints, inputs]), reshape(dy, [numPoints, outputs])];
          return reshape(run("MatMul", firstTransposed, flat), shape);
        }
        const exchanged = [transpose(x, [3, 1, 2, 0]), transpose(dy, [1, 2, 0, 3])];
        return transpose(run("Conv2D", convolution, exchanged), [1, 2, 0, 3]);
      }
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
