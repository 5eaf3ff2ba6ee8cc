import type { FieldLayout } from "./layout.ts";

/**
 * A motion of the grid onto itself: axis k of the result shows axis `axes[k]` of the field, backwards where
 * `flipped[k]`, beginning at point `shift[k]`, cyclically. It is plain data, so that other threads can get it.
 */
export interface Isometry {
  readonly axes: readonly number[];
  readonly flipped: readonly boolean[];
  readonly shift: readonly number[];
}

/** The motion that leaves everything where it is. */
export const atRest = (axes: number): Isometry => ({
  axes: Array.from({ length: axes }, (_, k) => k),
  flipped: Array.from({ length: axes }, () => false),
  shift: Array.from({ length: axes }, () => 0),
});

/** Where each value of a moved frame comes from, worked out once per motion. */
export interface Placement {
  /** Per axis of the result, padded to three: the part of the source's offset in points, by position. */
  readonly offsets: readonly [Int32Array, Int32Array, Int32Array];
  /** Per channel of the result: the channel of the source, and 1 or −1. */
  readonly from: Int32Array;
  readonly sign: Float64Array;
}

/**
 * Resolves a motion R for frames of a layout: scalars s′(x) = s(R⁻¹x), vectors v′(x) = R v(R⁻¹x), tensors
 * T′(x) = R T(R⁻¹x) Rᵀ. An index that points along a flipped axis changes the sign of its component. An index
 * that points along a turned axis changes the channel.
 */
export function placement(
  { grid, channels, vectors = [], tensors = [] }: FieldLayout,
  motion: Isometry,
): Placement {
  const { axes, flipped, shift } = motion;
  const { shape } = grid;
  const pitch = shape.map((_, axis) => shape.slice(axis + 1).reduce((size, n) => size * n, 1));
  const offsets = axes.map((axis, k) => {
    const [points, step] = [shape[axis] as number, pitch[axis] as number];
    return Int32Array.from({ length: points }, (_, i) => {
      const j = (i + (shift[k] as number)) % points;
      return step * (flipped[k] ? points - 1 - j : j);
    });
  });
  const [x, y, z] = offsets.reverse();
  const single = Int32Array.of(0);
  const from = Int32Array.from(channels, (_, c) => c);
  const sign = Float64Array.from(channels, () => 1);
  /** Where an index of a component comes from: another index of the same field, and its sign. */
  const sourceOf = (pointing: readonly (number | null)[], index: number) => {
    const along = pointing[index] ?? null;
    if (along === null) return { index, sign: 1 };
    return { index: pointing.indexOf(axes[along] as number), sign: flipped[along] ? -1 : 1 };
  };
  for (const vector of vectors) {
    for (const [i, name] of vector.channels.entries()) {
      const source = sourceOf(vector.axes, i);
      const c = channels.indexOf(name);
      from[c] = channels.indexOf(vector.channels[source.index] as string);
      sign[c] = source.sign;
    }
  }
  for (const tensor of tensors) {
    for (const [i, row] of tensor.channels.entries()) {
      const one = sourceOf(tensor.axes, i);
      for (const [j, name] of row.entries()) {
        if (name === null) continue;
        const other = sourceOf(tensor.axes, j);
        const c = channels.indexOf(name);
        from[c] = channels.indexOf(tensor.channels[one.index]?.[other.index] as string);
        sign[c] = one.sign * other.sign;
      }
    }
  }
  return { offsets: [z ?? single, y ?? single, x ?? single], from, sign };
}

/** Where a frame is written to. */
export interface Target {
  readonly values: Float32Array;
  /** Position of the first value. */
  readonly first: number;
  /** Values from one point to the next. */
  readonly pitch: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/** Writes a frame `[...space, channel]`, moved and then normalised, (value − mean) / std, in one pass. */
export function placeFrame(
  frame: Float32Array,
  { offsets: [zs, ys, xs], from, sign }: Placement,
  { values, first, pitch, mean, std }: Target,
): void {
  const channels = from.length;
  const [means, deviations] = [Float64Array.from(mean), Float64Array.from(std)];
  let target = first;
  for (let k = 0; k < zs.length; k++) {
    for (let j = 0; j < ys.length; j++) {
      const row = (zs[k] as number) + (ys[j] as number);
      for (let i = 0; i < xs.length; i++) {
        const source = (row + (xs[i] as number)) * channels;
        for (let c = 0; c < channels; c++) {
          const value = (sign[c] as number) * (frame[source + (from[c] as number)] as number);
          values[target + c] = (value - (means[c] as number)) / (deviations[c] as number);
        }
        target += pitch;
      }
    }
  }
}
