import type { Padding } from "@eddyflow/core";
import { kernelNames, type PadFieldAttributes } from "@eddyflow/ops";
import { registerKernel, type TensorInfo } from "@tensorflow/tfjs-core";
import type { WasmHeap } from "./wasm-heap.ts";

const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Numbers, and rows of numbers, that a thread takes at once. */
const numbersAtOnce = 1 << 15;
const rowsAtOnce = 8;

/** For each cell of an axis of `n` cells continued by `extent` at both ends: the cell that it shows, or −1. */
function shownCells(n: number, extent: number, padding: Padding): number[] {
  return Array.from({ length: n + 2 * extent }, (_, k) => {
    const i = k - extent;
    switch (padding) {
      case "periodic":
        return (i + n) % n;
      case "reflect":
        return i < 0 ? -i : i >= n ? 2 * (n - 1) - i : i;
      case "zero":
        return i < 0 || i >= n ? -1 : i;
    }
  });
}

/** The cells that the lines and columns of a padded field `shape` show, in a field without borders. */
function paddedCells(
  shape: readonly number[],
  { extent, padding }: PadFieldAttributes,
): { readonly lineOf: number[]; readonly columnOf: number[] } {
  const cells = padding.map((mode, k) => shownCells(shape[k + 1] as number, extent, mode));
  const rows = shape.at(-3) as number;
  const columnOf = cells.at(-1) as number[];
  const rowOf = cells.at(-2) as number[];
  if (cells.length === 2) return { lineOf: rowOf, columnOf };
  const levelOf = cells[0] as number[];
  const lineOf = levelOf.flatMap((level) =>
    rowOf.map((row) => (level < 0 || row < 0 ? -1 : level * rows + row)),
  );
  return { lineOf, columnOf };
}

/** Sizes of the windows whose maxima, or copies, make a field: of a volume two levels deep, of a plane one. */
function windowSizes(coarse: readonly number[]): { sizes: number[]; rows: number } {
  const [rows, columns, channels] = coarse.slice(-3) as [number, number, number];
  const sizes = [coarse.length === 5 ? 2 : 1, rows, columns, channels];
  return { sizes, rows: sizeOf(coarse.slice(0, -2)) };
}

const scaled = (shape: readonly number[], factor: number): number[] =>
  shape.map((n, k) => (k === 0 || k === shape.length - 1 ? n : n * factor));

/** Registers padding, rectification, pooling and upsampling, for planes and volumes. */
export function registerFieldKernels(heap: WasmHeap): void {
  const { address, borrow, output, pool, write } = heap;
  const register = <Inputs extends object, Attributes extends object = object>(
    kernelName: string,
    kernel: (inputs: Inputs, attributes: Attributes) => TensorInfo,
  ): void => {
    registerKernel({
      kernelName,
      backendName: "wasm",
      kernelFunc: ({ inputs, attrs }) =>
        kernel(inputs as unknown as Inputs, attrs as unknown as Attributes),
    });
  };

  const withCells = (
    shape: readonly number[],
    attributes: PadFieldAttributes,
    body: (lines: number, columns: number, sizes: number[]) => void,
  ): void => {
    const { lineOf, columnOf } = paddedCells(shape, attributes);
    const [columns, channels] = shape.slice(-2) as [number, number];
    const lines = sizeOf(shape.slice(1, -2));
    borrow([4 * lineOf.length, 4 * columnOf.length], (linePlace, columnPlace) => {
      write(linePlace as number, lineOf);
      write(columnPlace as number, columnOf);
      const sizes = [lines, columns, lineOf.length, columnOf.length, channels];
      body(linePlace as number, columnPlace as number, sizes);
    });
  };

  register<{ x: TensorInfo }, PadFieldAttributes>(kernelNames.padField, ({ x }, attributes) => {
    const { extent } = attributes;
    const { shape } = x;
    const y = output(shape.map((n, k) => (k === 0 || k === shape.length - 1 ? n : n + 2 * extent)));
    withCells(shape, attributes, (lines, columns, sizes) => {
      const total = (shape[0] as number) * (sizes[2] as number);
      const values = [address(x), address(y), lines, columns, ...sizes];
      pool.run("gatherPoints", values, total, rowsAtOnce);
    });
    return y;
  });
  register<{ dy: TensorInfo }, PadFieldAttributes>(
    kernelNames.padFieldGradient,
    ({ dy }, attributes) => {
      const { extent } = attributes;
      const shape = dy.shape.map((n, k) =>
        k === 0 || k === dy.shape.length - 1 ? n : n - 2 * extent,
      );
      const dx = output(shape);
      withCells(shape, attributes, (lines, columns, sizes) => {
        const values = [address(dy), address(dx), lines, columns, ...sizes];
        pool.run("scatterPoints", values, shape[0] as number, 1);
      });
      return dx;
    },
  );

  register<{ x: TensorInfo }>(kernelNames.rectify, ({ x }) => {
    const y = output(x.shape);
    pool.run("rectify", [address(x), address(y)], sizeOf(x.shape), numbersAtOnce);
    return y;
  });
  register<{ dy: TensorInfo; y: TensorInfo }>(kernelNames.rectifyGradient, ({ dy, y }) => {
    const dx = output(dy.shape);
    const values = [address(dy), address(y), address(dx)];
    pool.run("rectifyGradient", values, sizeOf(dy.shape), numbersAtOnce);
    return dx;
  });

  register<{ x: TensorInfo }>(kernelNames.maxPoolHalf, ({ x }) => {
    const y = output(scaled(x.shape, 1 / 2));
    const { sizes, rows } = windowSizes(y.shape);
    pool.run("maxPool", [address(x), address(y), ...sizes], rows, rowsAtOnce);
    return y;
  });
  register<{ x: TensorInfo; y: TensorInfo; dy: TensorInfo }>(
    kernelNames.maxPoolHalfGradient,
    ({ x, y, dy }) => {
      const dx = output(x.shape);
      const { sizes, rows } = windowSizes(y.shape);
      const values = [address(x), address(y), address(dy), address(dx), ...sizes];
      pool.run("maxPoolGradient", values, rows, rowsAtOnce);
      return dx;
    },
  );

  register<{ x: TensorInfo }>(kernelNames.upsampleDouble, ({ x }) => {
    const y = output(scaled(x.shape, 2));
    const { sizes, rows } = windowSizes(x.shape);
    pool.run("upsample", [address(x), address(y), ...sizes], rows, rowsAtOnce);
    return y;
  });
  register<{ dy: TensorInfo }>(kernelNames.upsampleDoubleGradient, ({ dy }) => {
    const dx = output(scaled(dy.shape, 1 / 2));
    const { sizes, rows } = windowSizes(dx.shape);
    pool.run("upsampleGradient", [address(dy), address(dx), ...sizes], rows, rowsAtOnce);
    return dx;
  });
}
