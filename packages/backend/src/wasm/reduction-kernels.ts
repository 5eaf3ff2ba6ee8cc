import {
  backend_util,
  getKernel,
  type KernelFunc,
  type TensorInfo,
  util,
} from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import type { KernelFunctions } from "./kernel-function.ts";
import type { WasmBackend, WasmHeap } from "./wasm-heap.ts";

/** Numbers in one part of a sum: enough for a thread. Fixed, so that the result does not depend on the threads. */
const numbersInPart = 1 << 15;

interface ReductionAttributes {
  readonly axis: number | number[];
  readonly keepDims: boolean;
}

/** Σ x or mean x over any axes, in double precision. */
function reduction(
  { address, borrow, kernels, output, pool }: WasmHeap,
  backend: WasmBackend,
  x: TensorInfo,
  { axis, keepDims }: ReductionAttributes,
  isMean: boolean,
): TensorInfo {
  const axes = util.parseAxisParam(axis, [...x.shape]);
  const [kept, reduced] = backend_util.computeOutAndReduceShapes([...x.shape], axes);
  const y = output(keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept);
  const rows = sizeOf(kept);
  const count = sizeOf(reduced);
  // Rows lie in one piece only where the axes are the last ones.
  const perm = backend_util.getAxesPermutation(axes, x.shape.length);
  const moved =
    perm === null
      ? null
      : (getKernel("Transpose", "wasm").kernelFunc({
          inputs: { x },
          attrs: { perm },
          backend,
        }) as TensorInfo);
  const part = Math.min(count, numbersInPart);
  const parts = count === 0 ? 0 : Math.ceil(count / part);
  borrow([8 * rows * parts], (place) => {
    const sums = place as number;
    const partsAtOnce = Math.max(1, Math.floor(numbersInPart / Math.max(part, 1)));
    const values = [address(moved ?? x), sums, count, part, parts];
    pool.run("sumParts", values, rows * parts, partsAtOnce);
    kernels.gatherSums(sums, address(y), parts, rows, isMean ? count : 1);
  });
  if (moved !== null) backend.disposeData(moved.dataId);
  return y;
}

/**
 * Sums and means of float32 in place of those of tfjs-backend-wasm, which add one number after the other in single
 * precision: 2²⁵ ones gave a mean of 0.5. Other types are left to it.
 */
export function reductionKernels(heap: WasmHeap): KernelFunctions {
  const reductionKernel = (kernelName: string, isMean: boolean): KernelFunc => {
    const { kernelFunc: own } = getKernel(kernelName, "wasm");
    return (call) => {
      const { x } = call.inputs as { x: TensorInfo };
      if (x.dtype !== "float32") return own(call);
      const attributes = call.attrs as unknown as ReductionAttributes;
      return reduction(heap, call.backend as WasmBackend, x, attributes, isMean);
    };
  };
  return { Sum: reductionKernel("Sum", false), Mean: reductionKernel("Mean", true) };
}
