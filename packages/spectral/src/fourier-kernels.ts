import { fourierBytes } from "./fourier-bytes.generated.ts";

/** Memory that compiled code works in; of a fixed size, so that its buffer stays. */
interface WasmMemory {
  readonly buffer: ArrayBuffer;
}

/** What we use of WebAssembly, whose types TypeScript has only together with all of a browser's. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (size: { readonly initial: number; readonly maximum: number }) => WasmMemory;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
}

/** The passes of a transform: functions of addresses; described in assembly/fourier.ts. */
export interface FourierKernels {
  transform(
    passes: number,
    count: number,
    data: number,
    work: number,
    out: number,
    inverse: 0 | 1,
  ): void;
}

const pageBytes = 65536;
let module: object | null = null;

/** The kernels with at least so many bytes of memory of their own. */
export function fourierKernels(bytes: number): {
  readonly buffer: ArrayBuffer;
  readonly kernels: FourierKernels;
} {
  const { Module, Memory, Instance } = (
    globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }
  ).WebAssembly;
  module ??= new Module(Uint8Array.from(atob(fourierBytes), (byte) => byte.charCodeAt(0)));
  const pages = Math.ceil(bytes / pageBytes);
  const memory = new Memory({ initial: pages, maximum: pages });
  const { exports } = new Instance(module, { env: { memory } });
  return { buffer: memory.buffer, kernels: exports as FourierKernels };
}
