import { ArgumentError, BackendError } from "@eddyflow/core";
import type { DataId, KernelBackend, TensorInfo } from "@tensorflow/tfjs-core";
import type { Kernels } from "./kernel-module.ts";
import type { ThreadPool } from "./thread-pool.ts";
import type { WasmMemory } from "./web-assembly.ts";

/** What we use of tfjs-backend-wasm. */
export interface WasmBackend extends KernelBackend {
  readonly wasm: {
    /** Only where it is shared between threads. */
    readonly wasmMemory?: WasmMemory;
    readonly asm?: { readonly memory?: WasmMemory };
    _malloc(bytes: number): number;
    _free(address: number): void;
  };
  readonly dataIdMap: { get(id: DataId): { readonly memoryOffset: number } };
  makeOutput(shape: readonly number[], dtype: "float32"): TensorInfo;
}

/** Our kernels in the memory of tfjs-backend-wasm. */
export interface WasmHeap {
  readonly kernels: Kernels;
  readonly pool: ThreadPool;
  /** Where a tensor's numbers lie, in bytes; throws an ArgumentError where they are not float32. */
  address(tensor: TensorInfo): number;
  /** A new tensor whose numbers are not set. */
  output(shape: readonly number[]): TensorInfo;
  /** Runs `body` with room for as many bytes each, 16-byte aligned, which is freed afterwards. */
  borrow<Result>(bytes: readonly number[], body: (...addresses: number[]) => Result): Result;
  /** Writes whole numbers to `address`. */
  write(address: number, values: readonly number[]): void;
  /** Writes numbers to `address`. */
  writeFloats(address: number, values: readonly number[]): void;
}

/** The memory that tfjs-backend-wasm works in, or undefined where this release hides it. */
export const memoryOf = ({ wasm }: WasmBackend): WasmMemory | undefined =>
  wasm.wasmMemory ?? wasm.asm?.memory;

/** Wraps the memory of `backend` for our kernels. */
export function createHeap(
  backend: WasmBackend,
  memory: WasmMemory,
  kernels: Kernels,
  pool: ThreadPool,
): WasmHeap {
  const { wasm } = backend;
  const allocate = (bytes: number): number => {
    // As tfjs-backend-wasm does: addresses above 2 GiB come as negative numbers.
    const address = wasm._malloc(bytes) >>> 0;
    if (address === 0) {
      throw new BackendError({
        problem: `WebAssembly has no memory left for ${bytes} bytes`,
        expected: "at most 4 GiB in all",
        remedy: "use smaller batches, or native TensorFlow in Node",
      });
    }
    return address;
  };
  return {
    kernels,
    pool,
    address({ dataId, dtype, shape }) {
      if (dtype !== "float32") {
        throw new ArgumentError({
          problem: `an operation on fields got a tensor [${shape}] of ${dtype}`,
          expected: "float32",
          remedy: 'convert it first: cast(x, "float32")',
        });
      }
      return backend.dataIdMap.get(dataId).memoryOffset;
    },
    output: (shape) => backend.makeOutput([...shape], "float32"),
    borrow(bytes, body) {
      const starts: number[] = [];
      let total = 0;
      for (const size of bytes) {
        starts.push(total);
        total += Math.ceil(size / 16) * 16;
      }
      const base = allocate(total);
      try {
        return body(...starts.map((start) => base + start));
      } finally {
        wasm._free(base);
      }
    },
    write: (address, values) => new Int32Array(memory.buffer, address, values.length).set(values),
    writeFloats: (address, values) =>
      new Float32Array(memory.buffer, address, values.length).set(values),
  };
}
