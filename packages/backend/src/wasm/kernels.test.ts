import { kernelNames } from "@eddyflow/ops";
import type { DataId, TensorInfo } from "@tensorflow/tfjs-core";
import { beforeAll, describe, expect, test } from "vitest";
import { sizeOf } from "../size-of.ts";
import { convolutionKernels } from "./convolution-kernels.ts";
import type { KernelFunctions } from "./kernel-function.ts";
import { compileKernels, instantiateKernels } from "./kernel-module.ts";
import { startNodeThread } from "./node-thread.ts";
import { createControl, singleThread, threadPool } from "./thread-pool.ts";
import { createHeap, type WasmBackend } from "./wasm-heap.ts";
import type { WasmMemory } from "./web-assembly.ts";

/** Numbers in [−1, 1] without any pattern that an index error could hide in. */
const values = (size: number, seed: number): Float32Array =>
  Float32Array.from({ length: size }, (_, i) => {
    const hash = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return 2 * (hash - Math.floor(hash)) - 1;
  });

type GrowingMemory = WasmMemory & { grow(pages: number): number };
const { Memory } = (
  globalThis as unknown as { WebAssembly: { Memory: new (settings: object) => GrowingMemory } }
).WebAssembly;

const page = 65536;

/** A memory that begins as small as can be and grows whenever something is put there; nothing is ever freed. */
function growingBackend(memory: GrowingMemory): {
  backend: WasmBackend;
  put(shape: number[], numbers: Float32Array): TensorInfo;
  get(tensor: TensorInfo): Float32Array;
} {
  let end = 16;
  const places = new Map<DataId, { memoryOffset: number }>();
  const allocate = (bytes: number): number => {
    const start = end;
    end += Math.ceil(bytes / 16) * 16;
    const missing = end - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / page));
    // What was there before must not matter.
    new Uint8Array(memory.buffer, start, end - start).fill(0xff);
    return start;
  };
  const makeOutput = (shape: readonly number[]): TensorInfo => {
    const dataId = {};
    places.set(dataId, { memoryOffset: allocate(4 * sizeOf(shape)) });
    return { dataId, shape: [...shape], dtype: "float32" };
  };
  const view = ({ dataId, shape }: TensorInfo): Float32Array =>
    new Float32Array(memory.buffer, places.get(dataId)?.memoryOffset, sizeOf(shape));
  const wasm = { _malloc: allocate, _free: () => {} };
  return {
    backend: { wasm, dataIdMap: places, makeOutput } as unknown as WasmBackend,
    put(shape, numbers) {
      const tensor = makeOutput(shape);
      view(tensor).set(numbers);
      return tensor;
    },
    get: (tensor) => view(tensor).slice(),
  };
}

interface Geometry {
  readonly batch: number;
  readonly space: readonly [levels: number, rows: number, columns: number];
  readonly kernel: readonly [depth: number, height: number, width: number];
  readonly inputs: number;
  readonly outputs: number;
}

/** Calls `visit` with the places in x, weight and y of every product that the convolution is a sum of. */
function eachProduct(
  { batch, space, kernel, inputs, outputs }: Geometry,
  visit: (x: number, weight: number, y: number) => void,
): void {
  const [depth, height, width] = kernel;
  const [levels, rows, columns] = space;
  const out = space.map((n, k) => n - (kernel[k] as number) + 1) as [number, number, number];
  for (let y = 0; y < batch * sizeOf(out); y++) {
    const column = y % out[2];
    const row = Math.floor(y / out[2]) % out[1];
    const level = Math.floor(y / out[2] / out[1]) % out[0];
    const b = Math.floor(y / sizeOf(out));
    for (let tap = 0; tap < depth * height * width; tap++) {
      const j = column + (tap % width);
      const i = row + (Math.floor(tap / width) % height);
      const k = level + Math.floor(tap / width / height);
      const point = ((b * levels + k) * rows + i) * columns + j;
      for (let input = 0; input < inputs; input++) {
        for (let output = 0; output < outputs; output++) {
          visit(
            point * inputs + input,
            (tap * inputs + input) * outputs + output,
            y * outputs + output,
          );
        }
      }
    }
  }
}

/** Largest difference, over the largest number or one. */
function relativeError(actual: Float32Array, expected: Float64Array): number {
  expect(actual.length).toBe(expected.length);
  let error = 0;
  let scale = 1;
  for (const [i, value] of expected.entries()) {
    // A comparison with what is not a number is false.
    if (!(Math.abs(value - (actual[i] as number)) <= error)) {
      error = Math.abs(value - (actual[i] as number));
    }
    scale = Math.max(scale, Math.abs(value));
  }
  return error / scale;
}

const geometries: Readonly<Record<string, Geometry>> = {
  "one channel in and out": {
    batch: 1,
    space: [1, 3, 3],
    kernel: [1, 3, 3],
    inputs: 1,
    outputs: 1,
  },
  "9 to 4 channels, 7 × 5 points, batch 3": {
    batch: 3,
    space: [1, 7, 5],
    kernel: [1, 3, 3],
    inputs: 9,
    outputs: 4,
  },
  "5 to 17 channels, 1 × 1": {
    batch: 2,
    space: [1, 5, 9],
    kernel: [1, 1, 1],
    inputs: 5,
    outputs: 17,
  },
  "12 to 8 channels, 20 × 33 points, more than one thread takes": {
    batch: 2,
    space: [1, 22, 35],
    kernel: [1, 3, 3],
    inputs: 12,
    outputs: 8,
  },
  "8 to 6 channels": {
    batch: 1,
    space: [1, 6, 6],
    kernel: [1, 3, 3],
    inputs: 8,
    outputs: 6,
  },
  "an oblong kernel": {
    batch: 1,
    space: [1, 6, 11],
    kernel: [1, 2, 5],
    inputs: 7,
    outputs: 10,
  },
  "17 to 9 channels, 13 × 11 points": {
    batch: 2,
    space: [1, 15, 13],
    kernel: [1, 3, 3],
    inputs: 17,
    outputs: 9,
  },
  "a volume": {
    batch: 2,
    space: [5, 6, 7],
    kernel: [3, 3, 3],
    inputs: 5,
    outputs: 9,
  },
  "a volume and a kernel of two planes": {
    batch: 1,
    space: [4, 7, 8],
    kernel: [2, 3, 3],
    inputs: 11,
    outputs: 6,
  },
};

const variants = [
  { shared: false, fused: false, others: 0 },
  { shared: false, fused: true, others: 0 },
  { shared: true, fused: false, others: 1 },
  { shared: true, fused: true, others: 1 },
  { shared: true, fused: true, others: 2 },
];

describe.each(variants)("kernels, %o", ({ shared, fused, others }) => {
  const memory = new Memory({ initial: 1, maximum: 1024, shared });
  const { backend, put, get } = growingBackend(memory);
  let kernels: KernelFunctions;

  beforeAll(async () => {
    const code = await compileKernels(shared, [fused]);
    if (code === null) throw new Error("this engine has not the instructions of these kernels");
    const compiled = instantiateKernels(code, memory);
    const control = createControl();
    for (let k = 0; k < others; k++) await startNodeThread({ module: code, memory, control });
    const pool = others > 0 ? threadPool(compiled, control, others) : singleThread(compiled);
    kernels = convolutionKernels(createHeap(backend, memory, compiled, pool));
  });

  const run = (name: string, inputs: Readonly<Record<string, TensorInfo>>): Float32Array => {
    const result = kernels[name]?.({ inputs, backend, attrs: {} }) as TensorInfo;
    return get(result);
  };

  describe.each(Object.entries(geometries))("%s", (_, geometry) => {
    const { batch, space, kernel, inputs, outputs } = geometry;
    const out = space.map((n, k) => n - (kernel[k] as number) + 1);
    // As planes where there is but one level.
    const flat = space[0] === 1 ? 1 : 0;
    const shapes = {
      x: [batch, ...space.slice(flat), inputs],
      weight: [...kernel.slice(flat), inputs, outputs],
      y: [batch, ...out.slice(flat), outputs],
    };
    interface Numbers {
      readonly x: Float32Array;
      readonly weight: Float32Array;
      readonly bias: Float32Array;
      readonly y: Float32Array;
    }
    const numbers: Numbers = {
      x: values(sizeOf(shapes.x), 1),
      weight: values(sizeOf(shapes.weight), 2),
      bias: values(outputs, 3),
      y: values(sizeOf(shapes.y), 4),
    };
    const at = (array: Float32Array, i: number): number => array[i] as number;

    function expected(of: Numbers): { y: Float64Array; dx: Float64Array; dWeight: Float64Array } {
      const y = new Float64Array(of.y.length).map((_, i) => at(of.bias, i % outputs));
      const dx = new Float64Array(of.x.length);
      const dWeight = new Float64Array(of.weight.length);
      eachProduct(geometry, (i, w, o) => {
        y[o] = (y[o] as number) + at(of.x, i) * at(of.weight, w);
        dx[i] = (dx[i] as number) + at(of.y, o) * at(of.weight, w);
        dWeight[w] = (dWeight[w] as number) + at(of.y, o) * at(of.x, i);
      });
      return { y, dx, dWeight };
    }

    test("small whole numbers make exact sums", () => {
      const whole = (array: Float32Array): Float32Array =>
        array.map((value) => Math.round(4 * value));
      const { x, weight, bias, y } = numbers;
      const small = { x: whole(x), weight: whole(weight), bias: whole(bias), y: whole(y) };
      const exact = expected(small);
      const inputsOf = {
        x: put(shapes.x, small.x),
        weight: put(shapes.weight, small.weight),
        bias: put([outputs], small.bias),
      };
      const dy = put(shapes.y, small.y);
      const gradient = kernelNames.convolutionWeightGradient;
      expect(relativeError(run(kernelNames.convolutionBias, inputsOf), exact.y)).toBe(0);
      expect(
        relativeError(
          run(kernelNames.convolutionInputGradient, { dy, weight: inputsOf.weight }),
          exact.dx,
        ),
      ).toBe(0);
      expect(relativeError(run(gradient, { x: inputsOf.x, dy }), exact.dWeight)).toBe(0);
    });

    test("convolution and its gradients are the sums over all products", () => {
      const x = put(shapes.x, numbers.x);
      const weight = put(shapes.weight, numbers.weight);
      const bias = put([outputs], numbers.bias);
      const dy = put(shapes.y, numbers.y);
      const { y, dx, dWeight } = expected(numbers);
      const plus = y.map((value, i) => value + at(numbers.y, i));
      const names = kernelNames;
      const positive = y.map((value) => Math.max(value, 0));
      expect(relativeError(run(names.convolutionBias, { x, weight, bias }), y)).toBeLessThan(2e-6);
      expect(
        relativeError(run(names.convolutionBias, { x, weight, bias, residual: dy }), plus),
      ).toBeLessThan(2e-6);
      expect(relativeError(get(dy), Float64Array.from(numbers.y))).toBe(0);
      expect(
        relativeError(run(names.convolutionBiasRelu, { x, weight, bias }), positive),
      ).toBeLessThan(2e-6);
      const operands = { x, weight, bias, skip: x, skipWeight: weight, skipBias: bias };
      const twice = y.map((value) => 2 * value);
      expect(relativeError(run(names.convolutionSum, operands), twice)).toBeLessThan(2e-6);
      expect(relativeError(run(names.convolutionInputGradient, { dy, weight }), dx)).toBeLessThan(
        2e-6,
      );
      expect(relativeError(run(names.convolutionWeightGradient, { x, dy }), dWeight)).toBeLessThan(
        4e-6,
      );
      const sums = new Float64Array(outputs);
      for (const [i, value] of numbers.y.entries()) {
        sums[i % outputs] = (sums[i % outputs] as number) + value;
      }
      expect(relativeError(run(names.convolutionBiasGradient, { dy }), sums)).toBeLessThan(4e-6);
    });
  });

  test("the memory has grown between the calls", () => {
    expect(memory.buffer.byteLength).toBeGreaterThan(2 * page);
  });
});

test("results do not depend on the number of threads", async () => {
  const code = await compileKernels(true);
  if (code === null) throw new Error("this engine has no SIMD");
  const results: Float32Array[] = [];
  for (const others of [0, 1, 2, 3]) {
    const memory = new Memory({ initial: 1, maximum: 1024, shared: true });
    const { backend, put, get } = growingBackend(memory);
    const compiled = instantiateKernels(code, memory);
    const control = createControl();
    for (let k = 0; k < others; k++) await startNodeThread({ module: code, memory, control });
    const pool = threadPool(compiled, control, others);
    const kernels = convolutionKernels(createHeap(backend, memory, compiled, pool));
    const run = (name: string, inputs: Readonly<Record<string, TensorInfo>>): Float32Array =>
      get(kernels[name]?.({ inputs, backend, attrs: {} }) as TensorInfo);
    const x = put([2, 40, 33, 6], values(2 * 40 * 33 * 6, 1));
    const dy = put([2, 38, 31, 11], values(2 * 38 * 31 * 11, 2));
    const weight = put([3, 3, 6, 11], values(9 * 6 * 11, 3));
    const bias = put([11], values(11, 4));
    results.push(
      Float32Array.of(
        ...run(kernelNames.convolutionBias, { x, weight, bias }),
        ...run(kernelNames.convolutionInputGradient, { dy, weight }),
        ...run(kernelNames.convolutionWeightGradient, { x, dy }),
        ...run(kernelNames.convolutionBiasGradient, { dy }),
      ),
    );
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
  expect(results[3]).toEqual(results[0]);
});
