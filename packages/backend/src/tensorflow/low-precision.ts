import { BackendError } from "@eddyflow/core";
import { convolution, kernelNames } from "@eddyflow/ops";
import {
  getKernel,
  type KernelFunc,
  registerKernel,
  type Tensor,
  type TensorInfo,
  tensor,
  tidy,
  unregisterKernel,
  zeros,
} from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type Bfloat16Trial, bfloat16Verdict } from "./bfloat16-verdict.ts";
import { bfloat16, type Eager, type Handle, registerEagerKernel } from "./eager.ts";
import { processorFlags } from "./processor-flags.ts";

/** Registers the casts between float32 and bfloat16. The first asks whether the processor is made for it. */
export function registerLowPrecision(eager: Eager): void {
  const { TF_FLOAT } = eager.backend.binding;
  /** A handle of its own, so that each has one owner. */
  const as = (x: Handle, dtype: number): Handle =>
    x.dtype === dtype ? eager.run("Identity", eager.float, [x]) : eager.cast(x, dtype);
  let isReady = false;
  let refusal: BackendError | null = null;

  registerEagerKernel<{ x: Handle }, object>(eager, kernelNames.toLowPrecision, ({ x }) => {
    if (!isReady) {
      admitBfloat16(eager);
      refusal = whyNot(eager);
      isReady = true;
    }
    if (refusal !== null) throw refusal;
    return as(x, bfloat16);
  });
  registerEagerKernel<{ x: Handle }, object>(eager, kernelNames.toFullPrecision, ({ x }) =>
    as(x, TF_FLOAT),
  );
}

/**
 * Teaches tfjs-node to hold tensors of bfloat16. To TensorFlow.js they are of float32, since it demands that
 * of all gradients; TensorFlow knows what they are. What would read or take them for float32 is refused.
 */
function admitBfloat16({ backend, float, handle, run, scope }: Eager): void {
  // tfjs-node passes 64-bit scalars in an object of its own, which is no tensor.
  const isLow = (x: TensorInfo): boolean =>
    x.dataId !== undefined && backend.tensorMap.get(x.dataId).dtype === bfloat16;
  const refuse = (problem: string): never => {
    throw new BackendError({
      problem,
      expected: "a tensor of float32",
      remedy: "pass it through toFullPrecision first",
    });
  };

  const { createOutputTensor, executeMultipleOutputs, executeSingleOutput, readSync } = backend;
  Object.assign(backend, {
    createOutputTensor(made: Handle): Tensor {
      if (made.dtype !== bfloat16) return createOutputTensor.call(backend, made);
      const result = createOutputTensor.call(backend, {
        ...made,
        dtype: backend.binding.TF_FLOAT,
      });
      Object.assign(backend.tensorMap.get(result.dataId), { dtype: bfloat16 });
      return result;
    },
    executeSingleOutput(...args: Parameters<typeof executeSingleOutput>): Tensor {
      if (args[2].some(isLow)) refuse(`${args[0]} got a tensor of low precision`);
      return executeSingleOutput.apply(backend, args);
    },
    executeMultipleOutputs(...args: Parameters<typeof executeMultipleOutputs>): Tensor[] {
      if (args[2].some(isLow)) refuse(`${args[0]} got a tensor of low precision`);
      return executeMultipleOutputs.apply(backend, args);
    },
    readSync(dataId: object): unknown {
      if (isLow({ dataId } as TensorInfo)) refuse("a tensor of low precision cannot be read");
      return readSync.call(backend, dataId);
    },
  });

  // Where a value is used twice, the tape itself adds its two gradients.
  const addition = getKernel("Add", "tensorflow")?.kernelFunc as KernelFunc;
  unregisterKernel("Add", "tensorflow");
  registerKernel({
    kernelName: "Add",
    backendName: "tensorflow",
    kernelFunc: (call) => {
      const { a, b } = call.inputs as { a: TensorInfo; b: TensorInfo };
      if (!isLow(a) || !isLow(b)) return addition(call);
      return backend.createOutputTensor(scope(() => run("AddV2", float, [handle(a), handle(b)])));
    },
  });
}

/** Whether the processor says that it multiplies bfloat16; true where it says nothing. */
function hasUnits(): boolean {
  const flags = processorFlags();
  return flags === null || flags.has("avx512_bf16") || flags.has("amx_bf16");
}

/** Pairs of equal convolutions, one in each type: enough for a median that a busy machine does not move. */
const numPairs = 21;

const refused = (problem: string, expected: string, cause?: unknown): BackendError =>
  new BackendError({ problem, expected, remedy: "compute in float32", cause });

/** Why bfloat16 is of no use here, or null: a convolution has to be right and take no more time in it. */
function whyNot(eager: Eager): BackendError | null {
  const { backend, cast, handle, scope } = eager;
  if (backend.isUsingGpuDevice) {
    return refused(
      "mixed precision is for processors, and TensorFlow uses a GPU",
      "the backend tensorflow on a processor",
    );
  }
  if (!hasUnits()) {
    return refused(
      "mixed precision would be slower: /proc/cpuinfo lists neither avx512_bf16 nor amx_bf16",
      "a processor with bfloat16 units",
    );
  }
  const to = (x: Tensor, dtype: number): Tensor =>
    backend.createOutputTensor(scope(() => cast(handle(x), dtype)));
  // Small whole numbers, exact in both types: only the results are rounded.
  const ramp = (shape: number[]): Tensor => {
    const size = sizeOf(shape);
    return tensor(
      Float32Array.from({ length: size }, (_, i) => ((7 * i) % 11) - 5),
      shape,
    );
  };
  try {
    let trial: Bfloat16Trial = { full: [], low: [], error: Number.NaN };
    tidy(() => {
      const x = ramp([2, 34, 34, 64]);
      const weight = ramp([3, 3, 64, 64]);
      const bias = zeros([64]);
      const kinds = [
        { x, weight },
        { x: to(x, bfloat16), weight: to(weight, bfloat16) },
      ];
      const [y, low] = kinds.map(({ x, weight }) => convolution(x, weight, bias)) as [
        Tensor,
        Tensor,
      ];
      const times: [number[], number[]] = [[], []];
      for (let pair = 0; pair < numPairs; pair++) {
        for (const [i, { x, weight }] of kinds.entries()) {
          const start = performance.now();
          convolution(x, weight, bias).dispose();
          times[i]?.push(performance.now() - start);
        }
      }
      const exact = y.dataSync<"float32">();
      const rounded = to(low, backend.binding.TF_FLOAT).dataSync<"float32">();
      const norm = (values: Float32Array): number =>
        Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
      const error = norm(exact.map((value, i) => value - (rounded[i] as number))) / norm(exact);
      trial = { full: times[0], low: times[1], error };
    });
    return bfloat16Verdict(trial);
  } catch (cause) {
    return refused(
      `TensorFlow does not compute in bfloat16 here: ${(cause as Error).message}`,
      "a convolution in bfloat16",
      cause,
    );
  }
}
