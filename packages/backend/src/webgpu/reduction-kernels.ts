import {
  backend_util,
  getKernel,
  type KernelFunc,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { columnSums } from "./column-sums.ts";
import type { Dispatcher } from "./dispatch.ts";
import { rowSums } from "./row-sums.ts";

interface ReductionAttributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Σ x or mean x over any axes. */
function reduction(
  dispatcher: Dispatcher,
  x: TensorInfo,
  { axis, keepDims }: ReductionAttributes,
  isMean: boolean,
): TensorInfo {
  const { backend, dispose } = dispatcher;
  const axes = util.parseAxisParam(axis, [...x.shape]);
  const [kept, reduced] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
  const shape = keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
  const divisor = isMean ? sizeOf(reduced) : 1;
  const perm = backend_util.getAxesPermutation(axes, x.shape.length);
  if (perm === null) return rowSums(dispatcher, x, shape, divisor);
  if (axes.every((each) => each < axes.length)) return columnSums(dispatcher, x, shape, divisor);
  const moved = getKernel("Transpose", "webgpu").kernelFunc({
    inputs: { x },
    attrs: { perm },
    backend,
  }) as TensorInfo;
  const y = rowSums(dispatcher, moved, shape, divisor);
  dispose(moved);
  return y;
}

/**
 * Registers sums and means of float32 in place of those of tfjs-backend-webgpu, in which 256 invocations share all
 * numbers and each adds them up one after the other: 1e7 equal ones were off by 4e-4. Other types, and tensors without
 * numbers, are left to it.
 */
export function registerReductionKernels(dispatcher: Dispatcher): void {
  for (const kernelName of ["Sum", "Mean"]) {
    const config = getKernel(kernelName, "webgpu");
    const kernelFunc: KernelFunc = (call) => {
      const { x } = call.inputs as { x: TensorInfo };
      if (x.dtype !== "float32" || sizeOf(x.shape) === 0) return config.kernelFunc(call);
      const attributes = call.attrs as unknown as ReductionAttributes;
      return reduction(dispatcher, x, attributes, kernelName === "Mean");
    };
    unregisterKernel(kernelName, "webgpu");
    registerKernel({ ...config, kernelFunc });
  }
}
