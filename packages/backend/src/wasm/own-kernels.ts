import { engine, getKernel, registerKernel, unregisterKernel } from "@tensorflow/tfjs-core";
import { convolutionKernels } from "./convolution-kernels.ts";
import { fieldKernels } from "./field-kernels.ts";
import { compileKernels, instantiateKernels } from "./kernel-module.ts";
import { optimizerKernels } from "./optimizer-kernels.ts";
import { reductionKernels } from "./reduction-kernels.ts";
import { createControl, singleThread, type ThreadData, threadPool } from "./thread-pool.ts";
import { createHeap, memoryOf, type WasmBackend } from "./wasm-heap.ts";

/** Starts a thread of {@link threadPool}; resolves when it waits for work. */
export type StartThread = (data: ThreadData) => Promise<void>;

/**
 * Registers our kernels for the active wasm backend. They work in its memory, so no tensor is copied. They use `threads`
 * threads if that memory is shared. Returns false and registers nothing if this engine has no SIMD or this release of
 * tfjs-backend-wasm hides its memory; the portable kernels then do the work.
 */
export async function registerOwnKernels(
  threads: number,
  startThread: StartThread,
): Promise<boolean> {
  const backend = engine().backend as WasmBackend;
  const memory = memoryOf(backend);
  if (memory === undefined) return false;
  const shared =
    typeof SharedArrayBuffer !== "undefined" && memory.buffer instanceof SharedArrayBuffer;
  const module = await compileKernels(shared);
  if (module === null) return false;
  const kernels = instantiateKernels(module, memory);
  let pool = singleThread(kernels);
  if (shared && threads > 1) {
    const control = createControl();
    const others = Array.from({ length: threads - 1 }, () =>
      startThread({ module, memory, control }),
    );
    await Promise.all(others);
    pool = threadPool(kernels, control, others.length);
  }
  const heap = createHeap(backend, memory, kernels, pool);
  const all = {
    ...convolutionKernels(heap),
    ...fieldKernels(heap),
    ...optimizerKernels(heap),
    ...reductionKernels(heap),
  };
  for (const [kernelName, kernelFunc] of Object.entries(all)) {
    if (getKernel(kernelName, "wasm") !== undefined) unregisterKernel(kernelName, "wasm");
    registerKernel({ kernelName, backendName: "wasm", kernelFunc });
  }
  return true;
}
