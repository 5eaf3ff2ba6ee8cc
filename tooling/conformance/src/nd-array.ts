/** Numbers in Float64, row-major: what the references compute with. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1);

/** Every index of `shape` in row-major order; the array is used again for the next one. */
function* indices(shape: readonly number[]): Generator<number[]> {
  const size = sizeOf(shape);
  const index = shape.map(() => 0);
  for (let count = 0; count < size; count++) {
    yield index;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      index[axis] = 0;
    }
  }
}

/** Where `index` lies in the data. */
const offsetOf = (shape: readonly number[], index: readonly number[]): number =>
  shape.reduce((offset, n, axis) => offset * n + (index[axis] as number), 0);

export const at = (x: NdArray, index: readonly number[]): number =>
  x.data[offsetOf(x.shape, index)] as number;

/** The array with the value of `f` at each index. */
export function build(shape: readonly number[], f: (index: readonly number[]) => number): NdArray {
  const data = new Float64Array(sizeOf(shape));
  let count = 0;
  for (const index of indices(shape)) data[count++] = f(index);
  return { shape, data };
}

/** Numbers given in row-major order. */
export const given = (shape: readonly number[], values: readonly number[]): NdArray => ({
  shape,
  data: Float64Array.from(values, Math.fround),
});

/**
 * Numbers in ±`scale` that single precision holds exactly, without any pattern that an index error could
 * hide in, and none of them small beside `scale`: a finite difference never crosses zero.
 */
export function random(
  shape: readonly number[],
  seed: number,
  { scale = 1, offset = 0 }: { scale?: number; offset?: number } = {},
): NdArray {
  let state = (seed * 2_654_435_761 + 12_345) >>> 0;
  const data = Float64Array.from({ length: sizeOf(shape) }, () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let hash = Math.imul(state ^ (state >>> 15), state | 1);
    hash ^= hash + Math.imul(hash ^ (hash >>> 7), hash | 61);
    const unit = ((hash ^ (hash >>> 14)) >>> 0) / 2 ** 32;
    const signed = unit < 0.5 ? -0.05 - 1.9 * unit : 0.05 + 1.9 * (unit - 0.5);
    return Math.fround(offset + scale * signed);
  });
  return { shape, data };
}

export const dot = (a: NdArray, b: NdArray): number =>
  a.data.reduce((total, value, i) => total + value * (b.data[i] as number), 0);
