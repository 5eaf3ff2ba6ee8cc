/** Compiled code; only threads and `Instance` look into it. */
export type WasmCode = object;

export interface WasmMemory {
  /** Another object after the memory has grown. */
  readonly buffer: ArrayBufferLike;
}

/** What we use of WebAssembly, whose types TypeScript has only together with all of a browser's. */
interface Api {
  validate(bytes: Uint8Array): boolean;
  compile(bytes: Uint8Array): Promise<WasmCode>;
  instantiate(bytes: Uint8Array, imports: object): Promise<{ readonly instance: object }>;
  readonly Instance: new (
    code: WasmCode,
    imports: { readonly env: { readonly memory: WasmMemory } },
  ) => { readonly exports: unknown };
}

/** The global `WebAssembly`. */
export const webAssembly: Api = (globalThis as unknown as { WebAssembly: Api }).WebAssembly;
