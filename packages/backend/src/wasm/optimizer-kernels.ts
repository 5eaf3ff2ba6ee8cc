import { type ApplyAdamAttributes, kernelNames } from "@eddyflow/ops";
import type { NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { type KernelFunctions, kernel } from "./kernel-function.ts";
import type { WasmHeap } from "./wasm-heap.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** The optimizer's step, one pass over each parameter, in place, by name. */
export function optimizerKernels(heap: WasmHeap): KernelFunctions {
  const { address, kernels, output, own, share, writeFloats } = heap;
  const scalar = (value: number): TensorInfo => {
    const tensor = output([]);
    writeFloats(address(tensor), [value]);
    return tensor;
  };
  return {
    [kernelNames.applyAdam]: kernel<NamedTensorInfoMap, ApplyAdamAttributes>(
      (inputs, attributes) => {
        const { count, learningRate, beta1, beta2, epsilon, step, clipNorm } = attributes;
        const all = (role: string): TensorInfo[] =>
          Array.from({ length: count }, (_, i) => inputs[`${role}${i}`] as TensorInfo);
        const gradients = all("gradient");
        let sum = 0;
        for (const gradient of gradients) {
          sum += kernels.sumOfSquares(address(gradient), sizeOf(gradient.shape));
        }
        const norm = Math.fround(Math.sqrt(Math.fround(sum)));
        const finite = Number.isFinite(norm);
        const settings = [
          Math.min(clipNorm / norm, 1),
          beta1,
          beta2,
          learningRate / (1 - beta1 ** step),
          1 / Math.sqrt(1 - beta2 ** step),
          epsilon,
        ];
        // In place, unless another tensor shows the same numbers.
        const take = (tensor: TensorInfo): TensorInfo => {
          if (own(tensor)) return share(tensor);
          const result = output(tensor.shape);
          kernels.copy(address(tensor), address(result), sizeOf(tensor.shape));
          return result;
        };
        const [parameters, firsts, seconds] = (["parameter", "first", "second"] as const).map(
          (role) => all(role).map(take),
        ) as [TensorInfo[], TensorInfo[], TensorInfo[]];
        if (finite) {
          gradients.forEach((gradient, i) => {
            const places = [parameters[i], gradient, firsts[i], seconds[i]] as TensorInfo[];
            kernels.adam(...places.map(address), sizeOf(gradient.shape), ...settings);
          });
        }
        return [...parameters, ...firsts, ...seconds, scalar(norm), scalar(finite ? 0 : 1)];
      },
    ),
  };
}
