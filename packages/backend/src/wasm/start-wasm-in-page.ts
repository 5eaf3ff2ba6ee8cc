import { BackendError } from "@eddyflow/core";
import { env, registerBackend, removeBackend, setBackend } from "@tensorflow/tfjs-core";
import type { Refusal, StartedBackend } from "../backend-info.ts";
import { compileKernels } from "./kernel-module.ts";
import { registerMissingKernels } from "./missing-kernels.ts";
import { registerOwnKernels } from "./own-kernels.ts";
import { startPageThread } from "./page-thread.ts";

const isolationRemedy =
  "serve the page with the headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp";

const isIsolated = (): boolean =>
  (globalThis as unknown as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;

/** One thread per core, four at most. */
const usefulThreads = (): number => Math.min(4, globalThis.navigator.hardwareConcurrency || 1);

async function requireSimd(): Promise<void> {
  let problem: string;
  let remedy = "use a newer browser, or the backend cpu";
  try {
    if ((await compileKernels(false)) !== null) return;
    problem = "this browser has no WebAssembly with SIMD";
  } catch (error) {
    problem = `this page may not compile WebAssembly: ${(error as Error).message}`;
    remedy = "add 'wasm-unsafe-eval' to script-src of the page's Content-Security-Policy";
  }
  throw new BackendError({ problem, expected: "WebAssembly with SIMD", remedy });
}

/**
 * Makes WebAssembly the active backend of a page: with SIMD, and with threads where the page is cross-origin
 * isolated, in its window as in a worker. All code is inside the bundle; nothing is fetched.
 *
 * @throws BackendError where the page cannot run WebAssembly with SIMD.
 */
export async function startWasmInPage(): Promise<StartedBackend> {
  await requireSimd();
  const { version_wasm } = await import("@tensorflow/tfjs-backend-wasm");
  const { createPageEngine } = await import("./page-engine.ts");
  const wanted = usefulThreads();
  const shared = wanted > 1 && isIsolated();
  const refused: Refusal[] = [];
  const oneThread = (why: string, remedy: string) =>
    refused.push({ name: "wasm", reason: `runs on one thread: ${why}`, remedy });
  if (wanted > 1 && !shared) oneThread("the page is not cross-origin isolated", isolationRemedy);
  env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  try {
    const backend = await createPageEngine(shared);
    removeBackend("wasm");
    registerBackend("wasm", () => backend);
    await setBackend("wasm");
  } catch (cause) {
    throw new BackendError({
      problem: `WebAssembly cannot be started: ${(cause as Error).message}`,
      expected: "memory for it, at least 16 MB",
      remedy: "close other pages, or use the backend cpu",
      cause,
    });
  }
  registerMissingKernels();
  let threads = shared ? wanted : 1;
  try {
    await registerOwnKernels(threads, startPageThread);
  } catch (error) {
    oneThread(
      (error as Error).message,
      "allow blob: in worker-src of the page's Content-Security-Policy",
    );
    threads = 1;
    await registerOwnKernels(threads, startPageThread);
  }
  return {
    version: `TensorFlow.js ${version_wasm}, WebAssembly`,
    device: "the processor, in a browser",
    threads,
    refused,
  };
}
