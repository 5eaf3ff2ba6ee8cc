import { type ApplyAdamAttributes, kernelNames } from "@eddyflow/ops";
import type { NamedTensorInfoMap, TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type KernelFunctions, kernel } from "./kernel-function.ts";
import type { WasmHeap } from "./wasm-heap.ts";

/** A tensor and what it becomes. */
interface Change {
  readonly tensor: TensorInfo;
  readonly result: TensorInfo;
}

/** The optimizer's step, one pass over each parameter, by name. */
export function optimizerKernels(heap: WasmHeap): KernelFunctions {
  const { address, kernels, output, writeFloats } = heap;
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
          1 - beta1,
          1 - beta2,
          learningRate / (1 - beta1 ** step),
          1 / Math.sqrt(1 - beta2 ** step),
          epsilon,
        ];
        const roles = ["parameter", "first", "second"] as const;
        // Not in place: tfjs-backend-wasm keeps a packed copy of a filter for as long as its tensor lives.
        const [parameters, firsts, seconds] = roles.map((role) =>
          all(role).map((tensor) => ({ tensor, result: output(tensor.shape) })),
        ) as [Change[], Change[], Change[]];
        gradients.forEach((gradient, i) => {
          const changes = [parameters[i], firsts[i], seconds[i]] as [Change, Change, Change];
          const size = sizeOf(gradient.shape);
          if (finite) {
            const [parameter, first, second] = changes;
            const places = [parameter.tensor, gradient, first.tensor, second.tensor];
            const results = changes.map(({ result }) => result);
            kernels.adam(...[...places, ...results].map(address), size, ...settings);
          } else {
            for (const { tensor, result } of changes) {
              kernels.copy(address(tensor), address(result), size);
            }
          }
        });
        const updated = [...parameters, ...firsts, ...seconds].map(({ result }) => result);
        return [...updated, scalar(norm), scalar(finite ? 0 : 1)];
      },
    ),
  };
}
