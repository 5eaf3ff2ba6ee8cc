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
import { bfloat16, type Eager, type Handle, registerEagerKernel } from "./eager.ts";
import { processorFlags } from "./processor-flags.ts";

/** Registers the casts between float32 and bfloat16. The first asks whether the processor is made for it. */
export function registerLowPrecision(eager: Eager): void {
  const { TF_FLOAT } = eager.backend.binding;
  /** A handle of its own, so that each has one owner. */
  const as = (x: Handle, dtype: number): Handle =>
    x.dtype === dtype ? eager.run("Identity", eager.float, [x]) : eager.cast(x, dtype);
  let isReady = false;
  let refusal: string | null = null;

  registerEagerKernel<{ x: Handle }, object>(eager, kernelNames.toLowPrecision, ({ x }) => {
    if (!isReady) {
      admitBfloat16(eager);
      refusal = whyNot(eager);
      isReady = true;
    }
    if (refusal !== null) {
      throw new BackendError({
        problem: `mixed precision is no faster on this machine: ${refusal}`,
        expected: "a processor with bfloat16 units (avx512_bf16 or amx_bf16)",
        remedy: "compute in float32",
      });
    }
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

/**
 * Equal convolutions are run in both types in turns, and the least times compared. On a busy machine few may
 * mislead: a refusal takes more of them.
 */
const rounds = { least: 6, most: 30 };

/** Why bfloat16 is of no use here, or null: a convolution has to be right and take less time in it. */
function whyNot(eager: Eager): string | null {
  const { backend, cast, handle, scope } = eager;
  if (backend.isUsingGpuDevice) return "it is for processors, and TensorFlow uses a GPU";
  if (!hasUnits()) return "the processor has no bfloat16 units";
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
    let reason: string | null = null;
    tidy(() => {
      const x = ramp([2, 34, 34, 64]);
      const weight = ramp([3, 3, 64, 64]);
      const bias = zeros([64]);
      const kinds = [
        { x, weight, least: Number.POSITIVE_INFINITY },
        {
          x: to(x, bfloat16),
          weight: to(weight, bfloat16),
          least: Number.POSITIVE_INFINITY,
        },
      ];
      const results = kinds.map(({ x, weight }) => convolution(x, weight, bias));
      const isSlower = (): boolean => {
        const [inFull, inLow] = kinds.map(({ least }) => least) as [number, number];
        return inLow >= inFull;
      };
      for (let i = 0; i < rounds.least || (i < rounds.most && isSlower()); i++) {
        for (const kind of kinds) {
          const start = performance.now();
          convolution(kind.x, kind.weight, bias).dispose();
          kind.least = Math.min(kind.least, performance.now() - start);
        }
      }
      const [y, low] = results as [Tensor, Tensor];
      const exact = y.dataSync<"float32">();
      const rounded = to(low, backend.binding.TF_FLOAT).dataSync<"float32">();
      const norm = (values: Float32Array): number =>
        Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
      const error = norm(exact.map((value, i) => value - (rounded[i] as number))) / norm(exact);
      const [inFull, inLow] = kinds.map(({ least }) => least) as [number, number];
      if (!(error < 0.01)) {
        reason = `a convolution in bfloat16 is off by ${(100 * error).toFixed(1)} %`;
      } else if (isSlower()) {
        reason = `a convolution takes ${inLow.toFixed(2)} ms in bfloat16 and ${inFull.toFixed(2)} ms in float32`;
      }
    });
    return reason;
  } catch (cause) {
    return String((cause as Error).message).replaceAll(/\s+/gu, " ");
  }
}
