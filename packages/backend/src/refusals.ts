import { BackendError } from "@eddyflow/core";
import {
  backend_util,
  getKernel,
  type KernelConfig,
  type KernelFunc,
  type NamedTensorMap,
  registerKernel,
  reshape,
  type Tensor,
  tidy,
  unregisterKernel,
  util,
  zeros,
} from "@tensorflow/tfjs-core";
import type { BackendName } from "./backend-info.ts";

// Of the kernels of TensorFlow.js 4.22 that our packages use, those that compute wrong numbers without a word, as
// `pnpm conformance` shows: mended where that is short, refused where it is not.

/** Replaces a kernel by `wrap` of it. */
function wrapKernel(
  kernelName: string,
  backendName: BackendName,
  wrap: (own: KernelFunc) => KernelFunc,
): void {
  const config: KernelConfig | undefined = getKernel(kernelName, backendName);
  if (config === undefined) return;
  unregisterKernel(kernelName, backendName);
  registerKernel({ ...config, kernelFunc: wrap(config.kernelFunc) });
}

function refuse(
  kernelName: string,
  backendName: BackendName,
  what: string,
  remedy: string,
  isWrong: (inputs: NamedTensorMap) => boolean,
): void {
  wrapKernel(kernelName, backendName, (own) => (call) => {
    if (!isWrong(call.inputs as NamedTensorMap)) return own(call);
    throw new BackendError({
      problem: `${what} (${kernelName}) is wrong on the backend ${backendName}`,
      expected: "an operation that gives right numbers",
      remedy,
    });
  });
}

/** A sum over an axis without cells is zero, neither what the memory held nor an error. */
function mendEmptySum(backendName: BackendName): void {
  wrapKernel("Sum", backendName, (own) => (call) => {
    const { x } = call.inputs as { x: Tensor };
    if (x.size > 0) return own(call);
    const { axis, keepDims } = call.attrs as { axis: number | number[]; keepDims: boolean };
    const axes = util.parseAxisParam(axis, x.shape);
    const [shape] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    return zeros(keepDims ? backend_util.expandShapeToKeepDim(shape, axes) : shape, x.dtype);
  });
}

/** Kernels of two operands that may be broadcast. */
const binaryKernels = [
  "Add",
  "Sub",
  "Multiply",
  "RealDiv",
  "FloorDiv",
  "Mod",
  "Pow",
  "Maximum",
  "Minimum",
  "SquaredDifference",
  "Equal",
  "NotEqual",
  "Greater",
  "GreaterEqual",
  "Less",
  "LessEqual",
];

/** A vector beside a volume makes a shader that does not compile; one of rank 5 does not. */
function mendVectorOperands(backendName: BackendName): void {
  for (const kernelName of binaryKernels) {
    wrapKernel(kernelName, backendName, (own) => (call) => {
      const { a, b } = call.inputs as { a: Tensor; b: Tensor };
      if (Math.max(a.rank, b.rank) < 5 || Math.min(a.rank, b.rank) !== 1) return own(call);
      const expanded = (x: Tensor): Tensor => (x.rank === 1 ? reshape(x, [1, 1, 1, 1, x.size]) : x);
      return tidy(() => own({ ...call, inputs: { a: expanded(a), b: expanded(b) } }) as Tensor);
    });
  }
}

const ours = "use the operation of @eddyflow/ops, or another backend";

/**
 * Mends or refuses the kernels of TensorFlow.js that our packages use and that give wrong numbers on `backendName`, the
 * active backend, for everyone who uses its engine. A refused one throws a BackendError. To be called once
 * per backend.
 */
export function refuseWrongKernels(backendName: BackendName): void {
  if (backendName === "webgpu" || backendName === "wasm" || backendName === "cpu") {
    mendEmptySum(backendName);
  }
  if (backendName === "webgpu") {
    mendVectorOperands(backendName);
    refuse("PadV2", "webgpu", "pad of rank 5", ours, ({ x }) => (x?.rank ?? 0) > 4);
  }
}
