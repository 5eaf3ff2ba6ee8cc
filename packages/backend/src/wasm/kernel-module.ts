import { kernelBytes } from "./kernel-bytes.generated.ts";
import { type WasmCode, type WasmMemory, webAssembly } from "./web-assembly.ts";

type Numbers<Result> = (...values: number[]) => Result;

/** Our kernels: functions of addresses and sizes, described in their sources (assembly/). */
export interface Kernels {
  readonly packWeight: Numbers<void>;
  readonly packMirrored: Numbers<void>;
  readonly convolve: Numbers<void>;
  readonly accumulateWeightGradient: Numbers<void>;
  readonly gatherWeightGradient: Numbers<void>;
  readonly transformWeight: Numbers<void>;
  readonly convolveTiles: Numbers<void>;
  readonly accumulateTiles: Numbers<void>;
  readonly gatherTiles: Numbers<void>;
  readonly gatherPoints: Numbers<void>;
  readonly scatterPoints: Numbers<void>;
  readonly rectify: Numbers<void>;
  readonly rectifyGradient: Numbers<void>;
  readonly copyChannels: Numbers<void>;
  readonly maxPool: Numbers<void>;
  readonly maxPoolGradient: Numbers<void>;
  readonly upsample: Numbers<void>;
  readonly upsampleGradient: Numbers<void>;
  readonly sumPoints: Numbers<void>;
  readonly sumParts: Numbers<void>;
  readonly gatherSums: Numbers<void>;
  readonly sumOfSquares: Numbers<number>;
  readonly adam: Numbers<void>;
  readonly copy: Numbers<void>;
}

/** The bytes that a text in base64 stands for. */
export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/**
 * Compiles the kernels for memory of the given kind, with fused multiply-add where this engine has it; null
 * where it has no SIMD. `fusings` lists what is tried.
 */
export async function compileKernels(
  shared: boolean,
  fusings: readonly boolean[] = [true, false],
): Promise<WasmCode | null> {
  for (const fused of fusings) {
    const { sharedFused, shared: sharedPlain, fused: ownFused, plain } = kernelBytes;
    const bytes = decodeBase64(
      shared ? (fused ? sharedFused : sharedPlain) : fused ? ownFused : plain,
    );
    if (webAssembly.validate(bytes)) return webAssembly.compile(bytes);
  }
  return null;
}

/** The kernels at work in `memory`; nothing of it is theirs but what they are given. */
export function instantiateKernels(module: WasmCode, memory: WasmMemory): Kernels {
  const instance = new webAssembly.Instance(module, { env: { memory } });
  return instance.exports as unknown as Kernels;
}
