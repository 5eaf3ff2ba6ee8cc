import type { TensorInfo } from "@tensorflow/tfjs-core";
import { sizeOf } from "../size-of.ts";
import { type Kernel, maximumSlots, roundUp, type Volume, volumeOf } from "./volume.ts";
import type { WasmHeap } from "./wasm-heap.ts";

type Space = Omit<Volume, "channels">;

/** Bytes between the arrays of two points beyond what they hold. */
const gap = 64;

/** Bytes of all 16 points of an array of `size` numbers. */
const pointBytes = (size: number): number => 16 * (4 * size + gap);

/** Bytes of what a thread works on at once: they stay in its second-level cache. */
const blockBytes = 512 * 1024;

/** So few tiles are not shared between threads: to add up their sums would cost more. */
const slotTiles = 12;

const countTiles = ({ batch, levels, rows, columns }: Space): number =>
  batch * levels * Math.ceil(rows / 2) * Math.ceil(columns / 2);

/** Tiles, a multiple of six, whose 16 points of so many numbers each a thread works on at once. */
const tilesAtOnce = (numbers: number): number =>
  Math.min(48, Math.max(12, 6 * Math.floor(blockBytes / (16 * 4 * 6 * numbers))));

/** Whether there is a minimal filtering for a kernel. */
export const isThreeByThree = ({ height, width }: Kernel): boolean => height === 3 && width === 3;

/** Whether a convolution, or its adjoint, gains by it: where there is little to sum, transforms cost more than they save. */
export const isWorthTiles = (kernel: Kernel, result: Space): boolean =>
  isThreeByThree(kernel) && kernel.depth * kernel.inputs >= 6 && countTiles(result) >= 8;

/**
 * x ∗ weight + bias (+ residual), or its positive part, by minimal filtering; x ends `size` numbers behind its address and
 * is continued by `border` zeros. `pack` writes the packed weight, and the bias rounded up to eight outputs.
 */
export function convolveByTiles(
  { borrow, pool, write, writeFloats }: WasmHeap,
  x: { readonly address: number; readonly size: number; readonly border: 0 | 2 },
  pack: (weight: number, bias: number) => void,
  { depth, inputs, outputs }: Kernel,
  to: { readonly y: number; readonly volume: Space },
  { residual = 0, relu = false }: { readonly residual?: number; readonly relu?: boolean },
): void {
  const { levels, rows, columns } = to.volume;
  const tiles = countTiles(to.volume);
  const wide = roundUp(outputs, 8);
  const terms = depth * inputs;
  // As many blocks for each thread, of as many tiles.
  const share = Math.ceil(tiles / pool.threads);
  const rounds = Math.ceil(share / tilesAtOnce(terms + wide));
  const block = roundUp(Math.ceil(share / rounds), 6);
  const helpers = Math.min(pool.threads, Math.ceil(tiles / block));
  const scratchBytes =
    pointBytes(block * terms) + pointBytes(block * wide) + 16 * 4 * roundUp(inputs, 4);
  borrow(
    [4 * 9 * terms * wide, 8 * wide, pointBytes(terms * wide), 4, helpers * scratchBytes],
    (...places) => {
      const [packed, zeros, weight, counter, scratch] = places as [
        number,
        number,
        number,
        number,
        number,
      ];
      writeFloats(zeros, Array(wide).fill(0));
      pack(packed, zeros + 4 * wide);
      const rowsOfWeight = (wide / 8) * terms;
      pool.run("transformWeight", [packed, depth, inputs, outputs, weight], rowsOfWeight, 128);
      write(counter, [0]);
      const end = x.address + 4 * x.size;
      const operands = [x.address, end, weight, zeros, residual, to.y, Number(relu)];
      const sizes = [depth, inputs, outputs, levels, rows, columns, x.border, tiles, block];
      const storage = [counter, scratch, scratchBytes];
      pool.run("convolveTiles", [...operands, ...sizes, ...storage], helpers, 1);
    },
  );
}

/** The gradient of the weight `[depth, 3, 3, inputs, outputs]` of a convolution of x, by minimal filtering. */
export function weightGradientByTiles(
  { address, borrow, pool }: WasmHeap,
  x: TensorInfo,
  dy: TensorInfo,
  dWeight: TensorInfo,
  { depth, inputs, outputs }: Kernel,
): void {
  const volume = volumeOf(dy);
  const { levels, rows, columns } = volume;
  const tiles = countTiles(volume);
  const slots = Math.min(maximumSlots, Math.max(1, Math.ceil(tiles / slotTiles)));
  const perSlot = Math.ceil(tiles / slots);
  const wide = roundUp(outputs, 8);
  const terms = depth * inputs;
  const block = Math.min(perSlot, tilesAtOnce(terms + wide));
  const sumBytes = 16 * 4 * roundUp(terms, 6) * wide;
  const window = 16 * 4 * roundUp(Math.max(inputs, outputs), 4);
  const scratchBytes = pointBytes(block * (terms + 4)) + pointBytes(block * wide) + window;
  borrow([slots * sumBytes, slots * scratchBytes], (...places) => {
    const [sums, scratch] = places as [number, number];
    const end = (tensor: TensorInfo): number => address(tensor) + 4 * sizeOf(tensor.shape);
    const fields = [address(x), end(x), address(dy), end(dy)];
    const storage = [sums, sumBytes, scratch, scratchBytes];
    const sizes = [depth, inputs, outputs, levels, rows, columns, block, perSlot, tiles];
    pool.run("accumulateTiles", [...fields, ...storage, ...sizes], slots, 1);
    const from = [sums, sumBytes, slots, depth, inputs, outputs];
    pool.run("gatherTiles", [...from, address(dWeight)], terms, 16);
  });
}
