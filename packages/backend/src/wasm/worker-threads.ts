import { createRequire } from "node:module";
import os, { availableParallelism } from "node:os";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** The script of a thread of tfjs-backend-wasm as a module that Node's worker threads can run. */
function threadModule(): URL {
  const folder = join(
    dirname(require.resolve("@tensorflow/tfjs-backend-wasm/package.json")),
    "wasm-out",
  );
  const main = join(folder, "tfjs-backend-wasm-threaded-simd.js");
  const { wasmWorkerContents } = require(
    join(folder, "tfjs-backend-wasm-threaded-simd.worker.js"),
  ) as { wasmWorkerContents: string };
  const source = wasmWorkerContents.replaceAll("\n", "\\n");
  return new URL(
    `data:text/javascript,${encodeURIComponent(`
      import { createRequire } from "node:module";
      const main = ${JSON.stringify(main)};
      const require = createRequire(main);
      new Function("require", "__filename", ${JSON.stringify(source)})(require, main);
      globalThis.importScripts = () => {
        globalThis.WasmBackendModuleThreadedSimd = require(main);
      };
    `)}`,
  );
}

/**
 * Lets tfjs-backend-wasm start `threads` threads, which it does only in browsers: it gets a module for its
 * workers in place of a blob, and is told of twice as many cores, since it takes half of them. Returns a
 * function that puts both back as they were.
 */
export function allowWorkerThreads(threads: number): () => void {
  const module = threadModule();
  const { createObjectURL } = URL;
  const { cpus } = os;
  const [processor] = cpus();
  URL.createObjectURL = () => module as unknown as string;
  os.cpus = () => Array(2 * threads).fill(processor);
  return () => {
    URL.createObjectURL = createObjectURL;
    os.cpus = cpus;
  };
}

/** How many threads to use: one per core, four at most, which is what the engine can have. */
export const usefulThreads = (): number => Math.min(4, availableParallelism());
