import { createRequire } from "node:module";
import { cpus } from "node:os";
import { dirname, sep } from "node:path";
import { BackendError } from "@eddyflow/core";
import {
  engine,
  env,
  findBackendFactory,
  registerBackend,
  removeBackend,
  setBackend,
} from "@tensorflow/tfjs-core";
import type { Refusal, StartedBackend } from "../backend-info.ts";
import { installCommand } from "../tensorflow/install-command.ts";
import { registerMissingKernels } from "./missing-kernels.ts";
import { startNodeThread } from "./node-thread.ts";
import { registerOwnKernels } from "./own-kernels.ts";
import { allowWorkerThreads, usefulThreads } from "./worker-threads.ts";

const require = createRequire(import.meta.url);
const startTimeoutMs = 20_000;

type WasmPackage = typeof import("@tensorflow/tfjs-backend-wasm");

interface WasmModule {
  readonly PThread?: {
    readonly unusedWorkers: { unref(): void }[];
    readonly runningWorkers?: { unref(): void }[];
    readonly pthreads: Readonly<Record<string, { unref?(): void; worker?: { unref(): void } }>>;
  };
}

/** Lets the process end while threads wait for work. */
function unrefThreads(): void {
  const { PThread } = (engine().backend as unknown as { wasm: WasmModule }).wasm;
  if (PThread === undefined) return;
  const running = Object.values(PThread.pthreads).map((thread) => thread.worker ?? thread);
  for (const worker of [...PThread.unusedWorkers, ...(PThread.runningWorkers ?? []), ...running]) {
    worker.unref?.();
  }
}

async function startThreaded(wasm: WasmPackage, threads: number): Promise<void> {
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", true);
  wasm.setThreadsCount(threads);
  const restore = allowWorkerThreads(threads);
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error("its threads did not start")), startTimeoutMs);
  });
  try {
    if (!(await Promise.race([setBackend("wasm"), timeout]))) {
      throw new Error("it did not initialise");
    }
  } finally {
    restore();
    clearTimeout(timer);
  }
  unrefThreads();
}

/**
 * Loads WebAssembly with SIMD and, where they start, threads; makes it the active backend and registers the kernels
 * that it lacks.
 *
 * @throws BackendError where WebAssembly cannot be started.
 */
export async function startWasm(most?: number): Promise<StartedBackend> {
  const wasm = require("@tensorflow/tfjs-backend-wasm") as WasmPackage;
  wasm.setWasmPaths(dirname(require.resolve("@tensorflow/tfjs-backend-wasm")) + sep);
  const factory = findBackendFactory("wasm");
  const refused: Refusal[] = [];
  const wanted = Math.min(usefulThreads(), most ?? Number.POSITIVE_INFINITY);
  let threads = 1;
  if (wanted > 1) {
    try {
      await startThreaded(wasm, wanted);
      threads = wasm.getThreadsCount();
    } catch (error) {
      refused.push({
        name: "wasm",
        reason: `runs on one thread: ${(error as Error).message}`,
        remedy: `use native TensorFlow (\`${installCommand()}\`) where time matters`,
      });
      removeBackend("wasm");
      registerBackend("wasm", factory, 2);
      env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
    }
  }
  if (threads === 1 && !(await setBackend("wasm"))) {
    // TensorFlow.js writes the reason to its log alone.
    const why = await Promise.resolve(factory()).then(
      () => "it did not initialise",
      (error: unknown) => (error as Error).message,
    );
    throw new BackendError({
      problem: `WebAssembly cannot be started: ${why}`,
      expected: "a Node with WebAssembly SIMD, and memory for it",
      remedy: "free memory, use another Node, or the backend cpu",
    });
  }
  registerMissingKernels();
  try {
    await registerOwnKernels(threads, startNodeThread);
  } catch (error) {
    refused.push({
      name: "wasm",
      reason: `convolves on one thread: ${(error as Error).message}`,
      remedy: `use native TensorFlow (\`${installCommand()}\`) where time matters`,
    });
    await registerOwnKernels(1, startNodeThread);
  }
  return {
    version: `TensorFlow.js ${wasm.version_wasm}, WebAssembly`,
    device: `${(cpus()[0]?.model ?? "CPU").trim()}`,
    threads,
    refused,
  };
}
