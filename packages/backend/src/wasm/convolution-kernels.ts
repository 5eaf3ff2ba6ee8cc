import { kernelNames } from "@eddyflow/ops";
import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type KernelFunctions, kernel } from "./kernel-function.ts";
import {
  convolveByTiles,
  isThreeByThree,
  isWorthTiles,
  weightGradientByTiles,
} from "./tile-convolution.ts";
import { type Kernel, kernelOf, maximumSlots, roundUp, type Volume, volumeOf } from "./volume.ts";
import type { WasmHeap } from "./wasm-heap.ts";

/** Bytes of the registers' worth of sums that a partial tile is written to. */
const tileBytes = 192;

/** Points that a thread takes at once: some tiles of six, so few that the input's rows stay in the cache. */
const pointsAtOnce = 192;

/** Points, or sums of points, that are added up one after the other. */
const pointsInSum = 64;

/** x ∗ weight + bias (+ residual), or its positive part, with everything packed but x. */
function convolve(
  { borrow, pool }: WasmHeap,
  x: number,
  packed: { readonly weight: number; readonly bias: number },
  { depth, height, width, inputs, outputs }: Kernel,
  to: { readonly y: number; readonly volume: Omit<Volume, "channels"> },
  { residual = 0, relu = false }: { readonly residual?: number; readonly relu?: boolean },
): void {
  const { batch, levels, rows, columns } = to.volume;
  const points = batch * levels * rows * columns;
  borrow([Math.ceil(points / pointsAtOnce) * tileBytes], (scratch) => {
    const sizes = [depth, height, width, inputs, outputs, levels, rows, columns];
    pool.run(
      "convolve",
      [
        x,
        packed.weight,
        packed.bias,
        residual,
        to.y,
        Number(relu),
        ...sizes,
        scratch as number,
        pointsAtOnce,
      ],
      points,
      pointsAtOnce,
    );
  });
}

/** x ∗ weight + bias, then as said; what it is added to may be written over. */
function convolution(
  heap: WasmHeap,
  x: TensorInfo,
  weight: TensorInfo,
  bias: TensorInfo,
  {
    relu = false,
    residual,
    overwrite = false,
  }: { readonly relu?: boolean; readonly residual?: TensorInfo; readonly overwrite?: boolean } = {},
): TensorInfo {
  const { address, borrow, kernels, output } = heap;
  const field = volumeOf(x);
  const size = kernelOf(weight);
  const { depth, height, width, inputs, outputs } = size;
  const volume = {
    batch: field.batch,
    levels: field.levels - depth + 1,
    rows: field.rows - height + 1,
    columns: field.columns - width + 1,
  };
  const { batch, levels, rows, columns } = volume;
  const y =
    residual !== undefined && overwrite
      ? residual
      : output(
          x.shape.length === 4
            ? [batch, rows, columns, outputs]
            : [batch, levels, rows, columns, outputs],
        );
  const then = residual === undefined ? { relu } : { residual: address(residual) };
  const to = { y: address(y), volume };
  const taps = depth * height * width * inputs;
  const wide = roundUp(outputs, 8);
  if (isWorthTiles(size, volume)) {
    const pack = (packed: number, packedBias: number): void => {
      kernels.packWeight(address(weight), taps, outputs, packed);
      kernels.packWeight(address(bias), 1, outputs, packedBias);
    };
    convolveByTiles(
      heap,
      { address: address(x), size: sizeOf(x.shape), border: 0 },
      pack,
      size,
      to,
      then,
    );
    return y;
  }
  borrow([4 * taps * wide, 4 * wide], (packedWeight, packedBias) => {
    const packed = { weight: packedWeight as number, bias: packedBias as number };
    kernels.packWeight(address(weight), taps, outputs, packed.weight);
    kernels.packWeight(address(bias), 1, outputs, packed.bias);
    convolve(heap, address(x), packed, size, to, then);
  });
  return y;
}

/** The adjoint in x: a convolution of dy, zeros around it, with the mirrored weight. */
function inputGradient(heap: WasmHeap, dy: TensorInfo, weight: TensorInfo): TensorInfo {
  const { address, borrow, kernels, output, pool, write, writeFloats } = heap;
  const { batch, levels, rows, columns, channels } = volumeOf(dy);
  const { depth, height, width, inputs, outputs } = kernelOf(weight);
  const volume = {
    batch,
    levels: levels + depth - 1,
    rows: rows + height - 1,
    columns: columns + width - 1,
  };
  const dx = output(
    dy.shape.length === 4
      ? [batch, volume.rows, volume.columns, inputs]
      : [batch, volume.levels, volume.rows, volume.columns, inputs],
  );
  const mirrored = { depth, height, width, inputs: outputs, outputs: inputs };
  const to = { y: address(dx), volume };
  const taps = depth * height * width;
  const wide = roundUp(inputs, 8);
  if (isWorthTiles(mirrored, volume)) {
    const pack = (packed: number, packedBias: number): void => {
      kernels.packMirrored(address(weight), taps, inputs, outputs, packed);
      writeFloats(packedBias, Array(wide).fill(0));
    };
    const field = { address: address(dy), size: sizeOf(dy.shape), border: 2 } as const;
    convolveByTiles(heap, field, pack, mirrored, to, {});
    return dx;
  }
  const surround = (n: number, border: number): number[] =>
    Array.from({ length: n + 2 * border }, (_, i) =>
      i < border || i >= n + border ? -1 : i - border,
    );
  const levelOf = surround(levels, depth - 1);
  const rowOf = surround(rows, height - 1);
  const lineOf = levelOf.flatMap((level) =>
    rowOf.map((row) => (level < 0 || row < 0 ? -1 : level * rows + row)),
  );
  const columnOf = surround(columns, width - 1);
  const needsBorder = taps > 1;
  const bordered = batch * lineOf.length * columnOf.length * channels;
  borrow(
    [
      4 * taps * outputs * wide,
      4 * wide,
      4 * lineOf.length,
      4 * columnOf.length,
      needsBorder ? 4 * bordered : 0,
    ],
    (...places) => {
      const [packedWeight, packedBias, lines, columnPlace, border] = places as [
        number,
        number,
        number,
        number,
        number,
      ];
      kernels.packMirrored(address(weight), taps, inputs, outputs, packedWeight);
      writeFloats(packedBias, Array(wide).fill(0));
      let from = address(dy);
      if (needsBorder) {
        write(lines, lineOf);
        write(columnPlace, columnOf);
        const sizes = [levels * rows, columns, lineOf.length, columnOf.length, channels];
        pool.run(
          "gatherPoints",
          [from, border, lines, columnPlace, ...sizes],
          batch * lineOf.length,
          16,
        );
        from = border;
      }
      const packed = { weight: packedWeight, bias: packedBias };
      convolve(heap, from, packed, mirrored, to, {});
    },
  );
  return dx;
}

function weightGradient(heap: WasmHeap, x: TensorInfo, dy: TensorInfo): TensorInfo {
  const { address, borrow, output, pool } = heap;
  const field = volumeOf(x);
  const { batch, levels, rows, columns, channels: outputs } = volumeOf(dy);
  const depth = field.levels - levels + 1;
  const height = field.rows - rows + 1;
  const width = field.columns - columns + 1;
  const inputs = field.channels;
  const shape = [height, width, inputs, outputs];
  const dWeight = output(x.shape.length === 4 ? shape : [depth, ...shape]);
  const size = { depth, height, width, inputs, outputs };
  if (isThreeByThree(size)) {
    weightGradientByTiles(heap, x, dy, dWeight, size);
    return dWeight;
  }

  const total = batch * levels * rows;
  // So many rows that a panel of both fields stays in the nearest cache.
  const atOnce = Math.min(rows, Math.max(1, Math.round(256 / columns)));
  const slotRows = Math.max(atOnce, roundUp(Math.ceil(total / maximumSlots), atOnce));
  const slots = Math.max(1, Math.ceil(total / slotRows));
  const blocks = Math.ceil(inputs / 6);
  const wide = roundUp(outputs, 8);
  const sumBytes = (wide / 8) * blocks * height * width * tileBytes;
  const scratchBytes =
    4 * (blocks * 6 * (atOnce + height - 1) * field.columns + wide * atOnce * columns);
  const parts = slots * depth;
  borrow([parts * sumBytes, parts * scratchBytes], (...places) => {
    const [sums, scratch] = places as [number, number];
    const sizes = [depth, height, width, inputs, outputs, levels, rows, columns];
    const storage = [sums, sumBytes, scratch, scratchBytes];
    pool.run(
      "accumulateWeightGradient",
      [address(x), address(dy), ...storage, ...sizes, atOnce, slotRows, total],
      parts,
      1,
    );
    const taps = height * width;
    for (let plane = 0; plane < depth; plane++) {
      const from = [sums + plane * sumBytes, depth * sumBytes, slots, taps, inputs, outputs];
      const to = address(dWeight) + 4 * plane * taps * inputs * outputs;
      pool.run("gatherWeightGradient", [...from, to], taps * inputs, 256);
    }
  });
  return dWeight;
}

function biasGradient({ address, borrow, output, pool }: WasmHeap, dy: TensorInfo): TensorInfo {
  const channels = dy.shape.at(-1) as number;
  const sum = output([channels]);
  // Sums of few points, then sums of few of these, and so on: no number is added to one that has grown far larger.
  const counts = [sizeOf(dy.shape.slice(0, -1))];
  do counts.push(Math.ceil((counts.at(-1) as number) / pointsInSum));
  while ((counts.at(-1) as number) > 1);
  const between = counts.slice(1, -1);
  borrow(
    between.map((count) => 4 * count * channels),
    (...places) => {
      const at = [address(dy), ...places, address(sum)];
      for (let k = 0; k + 1 < at.length; k++) {
        const [from, to] = at.slice(k, k + 2) as [number, number];
        const [count, sums] = counts.slice(k, k + 2) as [number, number];
        pool.run("sumPoints", [from, to, count, pointsInSum, channels], sums, 16);
      }
    },
  );
  return sum;
}

type Operands = Readonly<Record<"x" | "weight" | "bias", TensorInfo>>;

/** Convolution and its gradients, for planes and volumes, by name. */
export function convolutionKernels(heap: WasmHeap): KernelFunctions {
  return {
    [kernelNames.convolutionBias]: kernel<Operands & { residual?: TensorInfo }>(
      ({ x, weight, bias, residual }) =>
        convolution(heap, x, weight, bias, residual === undefined ? {} : { residual }),
    ),
    [kernelNames.convolutionBiasRelu]: kernel<Operands>(({ x, weight, bias }) =>
      convolution(heap, x, weight, bias, { relu: true }),
    ),
    [kernelNames.convolutionSum]: kernel<
      Operands & Readonly<Record<"skip" | "skipWeight" | "skipBias", TensorInfo>>
    >(({ x, weight, bias, skip, skipWeight, skipBias }) => {
      const residual = convolution(heap, skip, skipWeight, skipBias);
      return convolution(heap, x, weight, bias, { residual, overwrite: true });
    }),
    [kernelNames.convolutionInputGradient]: kernel<{ dy: TensorInfo; weight: TensorInfo }>(
      ({ dy, weight }) => inputGradient(heap, dy, weight),
    ),
    [kernelNames.convolutionWeightGradient]: kernel<{ x: TensorInfo; dy: TensorInfo }>(
      ({ x, dy }) => weightGradient(heap, x, dy),
    ),
    [kernelNames.convolutionBiasGradient]: kernel<{ dy: TensorInfo }>(({ dy }) =>
      biasGradient(heap, dy),
    ),
  };
}
