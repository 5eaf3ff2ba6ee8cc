/** Per axis all of it (`null`) or one index; trailing axes are whole. */
export type Selection = readonly (number | null)[];

/** Numbers in a row somewhere, such as a file. */
export interface Row {
  /** The numbers from one place on. */
  read(from: number, count: number): Promise<ArrayLike<number>>;
}

/** More numbers than this are read piece by piece where only some of them are wanted. */
const atOnce = 2 ** 22;

/** How far a step along each axis goes, where the last axis is fastest, or the first. */
export function stridesOf(shape: readonly number[], isFirstFastest: boolean): readonly number[] {
  const product = (lengths: readonly number[]) => lengths.reduce((size, n) => size * n, 1);
  return shape.map((_, axis) =>
    product(isFirstFastest ? shape.slice(0, axis) : shape.slice(axis + 1)),
  );
}

/**
 * The chosen part of an array whose numbers lie in a row, the last of its axes fastest. Where it lies scattered, pieces of
 * the row are read and what is wanted is taken out of them.
 */
export async function readStrided(
  row: Row,
  shape: readonly number[],
  strides: readonly number[],
  at: Selection,
): Promise<ArrayLike<number>> {
  const isWhole = (axis: number) => (at[axis] ?? null) === null;
  const base = shape.reduce(
    (sum, _, axis) => sum + (isWhole(axis) ? 0 : (at[axis] as number) * (strides[axis] as number)),
    0,
  );
  const axes = shape.flatMap((length, axis) =>
    isWhole(axis) ? [{ length, stride: strides[axis] as number }] : [],
  );
  const size = axes.reduce((product, { length }) => product * length, 1);
  const isInOrder = axes.every(
    ({ stride }, k) =>
      stride === axes.slice(k + 1).reduce((product, { length }) => product * length, 1),
  );
  if (isInOrder || size === 0) return row.read(base, size);

  // Where each axis steps in the result, and the axes by their steps in the row, the longest first.
  const placed = axes
    .map(({ length, stride }, k) => ({
      length,
      stride,
      to: axes.slice(k + 1).reduce((product, axis) => product * axis.length, 1),
    }))
    .sort((a, b) => b.stride - a.stride);
  const out = new Float64Array(size);
  const copy = async (depth: number, from: number, to: number): Promise<void> => {
    const rest = placed.slice(depth);
    const span = rest.reduce((sum, { length, stride }) => sum + (length - 1) * stride, 1);
    const [first] = rest;
    if (span > atOnce && first !== undefined) {
      for (let i = 0; i < first.length; i++) {
        await copy(depth + 1, from + i * first.stride, to + i * first.to);
      }
      return;
    }
    const values = await row.read(from, span);
    const place = (axis: number, source: number, target: number): void => {
      const own = rest[axis];
      if (own === undefined) {
        out[target] = values[source] as number;
        return;
      }
      for (let i = 0; i < own.length; i++) {
        place(axis + 1, source + i * own.stride, target + i * own.to);
      }
    };
    place(0, 0, to);
  };
  await copy(0, base, 0);
  return out;
}
