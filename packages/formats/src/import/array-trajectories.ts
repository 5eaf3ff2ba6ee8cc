import { DataError } from "@eddyflow/core";
import { type AxisRole, isSpace } from "./import-options.ts";
import type { ImportTrajectory } from "./import-source.ts";
import { arrayName, type ChosenArray } from "./select-arrays.ts";

/** An array with the meaning of its axes. */
export interface PlacedArray extends ChosenArray {
  readonly roles: readonly AxisRole[];
  /** Where its first channel stands among those of a state, and how many it has. */
  readonly firstChannel: number;
  readonly channels: number;
}

export const lengthOf = ({ array, roles }: PlacedArray, role: AxisRole): number =>
  array.shape[roles.indexOf(role)] ?? 1;

/** Values that are kept of one trajectory while its frames are asked for: 64 MiB. */
const keptValues = 2 ** 24;

/** The trajectory that is kept, of all that are imported together: each file for itself would fill the memory. */
export interface KeptTrajectory {
  current: { readonly of: ImportTrajectory; readonly values: Float32Array } | null;
}

const notFinite = (placed: PlacedArray, index: readonly number[], value: number): DataError =>
  new DataError({
    problem: `${arrayName(placed.file, placed.name)}[${index.join(", ")}] is ${value}`,
    expected: Number.isFinite(value) ? "values that a float32 holds" : "finite values",
    remedy: "correct the file, or leave that trajectory out",
  });

/** Where the values of a trajectory go: `[time, ...space, channel]`, the last axis fastest. */
function targetStrides(
  placed: PlacedArray,
  axes: readonly AxisRole[],
  shape: readonly number[],
  channels: number,
): Readonly<Partial<Record<AxisRole, number>>> {
  const strides: Partial<Record<AxisRole, number>> = { channel: 1 };
  let size = channels;
  for (let k = axes.length - 1; k >= 0; k--) {
    strides[axes[k] as AxisRole] = size;
    size *= shape[k] as number;
  }
  return { ...strides, time: placed.roles.includes("time") ? size : 0 };
}

/** Puts what was read of an array where it belongs, and checks each value. */
function place(
  placed: PlacedArray,
  values: ArrayLike<number>,
  at: readonly (number | null)[],
  strides: Readonly<Partial<Record<AxisRole, number>>>,
  out: Float32Array,
): void {
  const open = placed.roles.flatMap((role, axis) =>
    at[axis] === null
      ? [{ axis, length: placed.array.shape[axis] as number, stride: strides[role] ?? 0 }]
      : [],
  );
  const index = open.map(() => 0);
  let to = placed.firstChannel;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    out[to] = value;
    if (!Number.isFinite(out[to])) {
      const where = at.map(
        (fixed, axis) => fixed ?? (index[open.findIndex((one) => one.axis === axis)] as number),
      );
      throw notFinite(placed, where, value);
    }
    for (let k = open.length - 1; k >= 0; k--) {
      const { length, stride } = open[k] as (typeof open)[number];
      to += stride;
      index[k] = (index[k] as number) + 1;
      if ((index[k] as number) < length) break;
      to -= length * stride;
      index[k] = 0;
    }
  }
}

/** The trajectories of a group of arrays, which are its channels. One is in memory at a time, or one frame of a long one. */
export function arrayTrajectories(
  group: readonly PlacedArray[],
  axes: readonly AxisRole[],
  parametersOf: (index: number) => Readonly<Record<string, number>>,
  kept: KeptTrajectory,
): readonly ImportTrajectory[] {
  const [first] = group as readonly [PlacedArray, ...PlacedArray[]];
  const shape = axes.map((axis) => lengthOf(first, axis));
  const channels = group.reduce((sum, one) => sum + one.channels, 0);
  const frames = lengthOf(first, "time");
  const frameSize = shape.reduce((size, n) => size * n, channels);
  const where = arrayName(first.file, first.name);
  const count = lengthOf(first, "trajectory");
  const isKept = frames * frameSize <= keptValues;

  const readPart = async (index: number, frame: number | null): Promise<Float32Array> => {
    const out = new Float32Array((frame === null ? frames : 1) * frameSize);
    for (const placed of group) {
      const at = placed.roles.map((role) =>
        role === "trajectory" ? index : role === "time" ? frame : null,
      );
      const strides = targetStrides(placed, axes, shape, channels);
      place(placed, await placed.array.read(at), at, strides, out);
    }
    return out;
  };
  return Array.from({ length: count }, (_, index) => {
    const own: ImportTrajectory = {
      where: count === 1 && !first.roles.includes("trajectory") ? where : `${where}[${index}]`,
      ...{ file: first.file, frames, split: null, parameters: parametersOf(index) },
      read: async (from, length) => {
        if (isKept) {
          const values =
            kept.current?.of === own ? kept.current.values : await readPart(index, null);
          kept.current = { of: own, values };
          return values.subarray(from * frameSize, (from + length) * frameSize);
        }
        const out = new Float32Array(length * frameSize);
        for (let i = 0; i < length; i++) out.set(await readPart(index, from + i), i * frameSize);
        return out;
      },
    };
    return own;
  });
}

export const spaceOf = (roles: readonly AxisRole[]): readonly AxisRole[] => roles.filter(isSpace);
