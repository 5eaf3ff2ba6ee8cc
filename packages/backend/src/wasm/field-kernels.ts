import type { Padding } from "@eddyflow/core";
import {
  type ConcatenateChannelsAttributes,
  kernelNames,
  type PadFieldAttributes,
  type SliceChannelsAttributes,
} from "@eddyflow/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type KernelFunctions, kernel } from "./kernel-function.ts";
import type { WasmHeap } from "./wasm-heap.ts";

/** Numbers, points and rows of points that a thread takes at once. */
const numbersAtOnce = 1 << 15;
const pointsAtOnce = 512;
const rowsAtOnce = 8;

/** The cell that cell `i` of an axis of `n` cells shows, of which i may be beyond the ends, or −1. */
function shownCell(i: number, n: number, padding: Padding): number {
  if (i >= 0 && i < n) return i;
  switch (padding) {
    case "periodic":
      return (i + n) % n;
    case "reflect":
      return i < 0 ? -i : 2 * (n - 1) - i;
    case "zero":
      return -1;
  }
}

/** {@link shownCell} for an axis continued by `width` at both ends. */
const shownCells = (n: number, width: number, padding: Padding): number[] =>
  Array.from({ length: n + 2 * width }, (_, k) => shownCell(k - width, n, padding));

/** The cells that the lines and columns of a padded field `shape` show, in a field without borders. */
function paddedCells(
  shape: readonly number[],
  { width, padding }: PadFieldAttributes,
): { readonly lineOf: number[]; readonly columnOf: number[] } {
  const cells = padding.map((mode, k) => shownCells(shape[k + 1] as number, width, mode));
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

/** Padding, rectification, channels, pooling and upsampling, for planes and volumes, by name. */
export function fieldKernels(heap: WasmHeap): KernelFunctions {
  const { address, borrow, output, pool, write } = heap;

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

  return {
    [kernelNames.padField]: kernel<{ x: TensorInfo }, PadFieldAttributes>(({ x }, attributes) => {
      const { width } = attributes;
      const { shape } = x;
      const y = output(
        shape.map((n, k) => (k === 0 || k === shape.length - 1 ? n : n + 2 * width)),
      );
      withCells(shape, attributes, (lines, columns, sizes) => {
        const total = (shape[0] as number) * (sizes[2] as number);
        const values = [address(x), address(y), lines, columns, ...sizes];
        pool.run("gatherPoints", values, total, rowsAtOnce);
      });
      return y;
    }),
    [kernelNames.padFieldGradient]: kernel<{ dy: TensorInfo }, PadFieldAttributes>(
      ({ dy }, attributes) => {
        const { width } = attributes;
        const shape = dy.shape.map((n, k) =>
          k === 0 || k === dy.shape.length - 1 ? n : n - 2 * width,
        );
        const dx = output(shape);
        withCells(shape, attributes, (lines, columns, sizes) => {
          const values = [address(dy), address(dx), lines, columns, ...sizes];
          pool.run("scatterPoints", values, shape[0] as number, 1);
        });
        return dx;
      },
    ),

    [kernelNames.rectify]: kernel<{ x: TensorInfo }>(({ x }) => {
      const y = output(x.shape);
      pool.run("rectify", [address(x), address(y)], sizeOf(x.shape), numbersAtOnce);
      return y;
    }),
    [kernelNames.rectifyGradient]: kernel<{ dy: TensorInfo; y: TensorInfo }>(({ dy, y }) => {
      const dx = output(dy.shape);
      const values = [address(dy), address(y), address(dx)];
      pool.run("rectifyGradient", values, sizeOf(dy.shape), numbersAtOnce);
      return dx;
    }),

    [kernelNames.concatenateChannels]: kernel<
      Record<string, TensorInfo>,
      ConcatenateChannelsAttributes
    >((inputs, { channels }) => {
      const space = (inputs["x0"] as TensorInfo).shape.slice(0, -1);
      const total = channels.reduce((sum, n) => sum + n, 0);
      const y = output([...space, total]);
      let start = 0;
      for (const [i, own] of channels.entries()) {
        const x = address(inputs[`x${i}`] as TensorInfo);
        const values = [x, address(y), own, 0, total, start, own];
        pool.run("copyChannels", values, sizeOf(space), pointsAtOnce);
        start += own;
      }
      return y;
    }),
    [kernelNames.sliceChannels]: kernel<{ x: TensorInfo }, SliceChannelsAttributes>(
      ({ x }, { start, length }) => {
        const space = x.shape.slice(0, -1);
        const y = output([...space, length]);
        const channels = x.shape.at(-1) as number;
        const values = [address(x), address(y), channels, start, length, 0, length];
        pool.run("copyChannels", values, sizeOf(space), pointsAtOnce);
        return y;
      },
    ),

    [kernelNames.maxPoolHalf]: kernel<{ x: TensorInfo }>(({ x }) => {
      const y = output(scaled(x.shape, 1 / 2));
      const { sizes, rows } = windowSizes(y.shape);
      pool.run("maxPool", [address(x), address(y), ...sizes], rows, rowsAtOnce);
      return y;
    }),
    [kernelNames.maxPoolHalfGradient]: kernel<{ x: TensorInfo; y: TensorInfo; dy: TensorInfo }>(
      ({ x, y, dy }) => {
        const dx = output(x.shape);
        const { sizes, rows } = windowSizes(y.shape);
        const values = [address(x), address(y), address(dy), address(dx), ...sizes];
        pool.run("maxPoolGradient", values, rows, rowsAtOnce);
        return dx;
      },
    ),

    [kernelNames.upsampleDouble]: kernel<{ x: TensorInfo }>(({ x }) => {
      const y = output(scaled(x.shape, 2));
      const { sizes, rows } = windowSizes(x.shape);
      pool.run("upsample", [address(x), address(y), ...sizes], rows, rowsAtOnce);
      return y;
    }),
    [kernelNames.upsampleDoubleGradient]: kernel<{ dy: TensorInfo }>(({ dy }) => {
      const dx = output(scaled(dy.shape, 1 / 2));
      const { sizes, rows } = windowSizes(dx.shape);
      pool.run("upsampleGradient", [address(dy), address(dx), ...sizes], rows, rowsAtOnce);
      return dx;
    }),
  };
}
