import { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import moduleFactory from "@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm.js";
import { engineBytes, memoryFlags } from "./engine-bytes.generated.ts";
import { decodeBase64 } from "./kernel-module.ts";
import { webAssembly } from "./web-assembly.ts";

/** What tfjs-backend-wasm makes of its compiled code. */
interface EngineModule {
  cwrap(name: string, result: "number" | null, values: readonly "number"[]): unknown;
  tfjs?: unknown;
}

/** Its types speak of a default export; what it exports is the function itself. */
const createModule = moduleFactory as unknown as (config: {
  instantiateWasm(imports: object, done: (instance: object) => void): object;
  onAbort(reason: unknown): void;
}) => Promise<EngineModule>;

/** Of limits with a maximum: whether threads share the memory. */
const sharedLimits = 3;

/**
 * The code of tfjs-backend-wasm with SIMD and without threads. Where it is to be `shared`, its memory is declared so: one
 * bit. Its own variant with threads starts eight workers from the text of a function, which a minified bundle breaks.
 */
async function engineCode(shared: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([decodeBase64(engineBytes)]).stream();
  const unpacked = packed.pipeThrough(new DecompressionStream("gzip"));
  const code = new Uint8Array(await new Response(unpacked as ReadableStream).arrayBuffer());
  if (shared) code[memoryFlags] = sharedLimits;
  return code;
}

/**
 * The backend of tfjs-backend-wasm for a page, made without a request: its code is inside the bundle.
 *
 * @throws Error where the page cannot compile it, or has no memory for it.
 */
export async function createPageEngine(shared: boolean): Promise<BackendWasm> {
  const code = await engineCode(shared);
  const wasm = await new Promise<EngineModule>((resolve, reject) => {
    createModule({
      instantiateWasm(imports, done) {
        webAssembly.instantiate(code, imports).then(({ instance }) => done(instance), reject);
        return {};
      },
      onAbort: (reason) => reject(new Error(String(reason))),
    }).then(resolve, reject);
  });
  // As tfjs-backend-wasm does where it loads its code itself.
  wasm.tfjs = {
    init: wasm.cwrap("init", null, []),
    initWithThreadsCount: wasm.cwrap("init_with_threads_count", null, ["number"]),
    getThreadsCount: wasm.cwrap("get_threads_count", "number", []),
    registerTensor: wasm.cwrap("register_tensor", null, ["number", "number", "number"]),
    disposeData: wasm.cwrap("dispose_data", null, ["number"]),
    dispose: wasm.cwrap("dispose", null, []),
  };
  return new BackendWasm(wasm as never);
}
