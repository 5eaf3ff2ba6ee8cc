import type { Boundary, Padding } from "@eddyflow/core";
import { at, build, type NdArray, sizeOf } from "./nd-array.ts";

// Each function is its operation's definition, one loop per sum, for any number of spatial axes.

/** The index in `shape` that `index` of a broadcast result reads. */
const broadcastIndex = (shape: readonly number[], index: readonly number[]): number[] =>
  shape.map((n, k) => (n === 1 ? 0 : (index[index.length - shape.length + k] as number)));

export function broadcastShape(...shapes: readonly (readonly number[])[]): number[] {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  return Array.from({ length: rank }, (_, k) =>
    shapes.reduce((size, shape) => {
      const n = shape[k - rank + shape.length] ?? 1;
      return n === 1 ? size : n;
    }, 1),
  );
}

/** `f` of corresponding entries, after broadcasting. */
export const elementwise = (f: (...xs: number[]) => number, ...inputs: NdArray[]): NdArray =>
  build(broadcastShape(...inputs.map(({ shape }) => shape)), (index) =>
    f(...inputs.map((x) => at(x, broadcastIndex(x.shape, index)))),
  );

/** Where cell `i` of a continued axis of `n` cells comes from; null is zero. */
function source(i: number, n: number, padding: Padding): number | null {
  if (i >= 0 && i < n) return i;
  if (padding === "zero") return null;
  if (padding === "periodic") return (i + n) % n;
  return i < 0 ? -i : 2 * (n - 1) - i;
}

export const padded = (x: NdArray, width: number, padding: readonly Padding[]): NdArray =>
  build(
    x.shape.map((n, k) => (k === 0 || k === x.shape.length - 1 ? n : n + 2 * width)),
    (index) => {
      const from = index.map((i, k) => {
        const mode = padding[k - 1];
        return k === 0 || mode === undefined ? i : source(i - width, x.shape[k] as number, mode);
      });
      return from.includes(null) ? 0 : at(x, from as number[]);
    },
  );

/** Σ over the kernel and the channels in of x[b, p + q, i] · weight[q, i, o]. */
export function correlated(x: NdArray, weight: NdArray): NdArray {
  const kernel = weight.shape.slice(0, -2);
  const [inputs, outputs] = weight.shape.slice(-2) as [number, number];
  const space = x.shape.slice(1, -1).map((n, k) => n - (kernel[k] as number) + 1);
  const taps = sizeOf(kernel);
  return build([x.shape[0] as number, ...space, outputs], (index) => {
    const o = index.at(-1) as number;
    let sum = 0;
    const tap = kernel.map(() => 0);
    for (let q = 0; q < taps; q++) {
      let position = index[0] as number;
      for (const [k, offset] of tap.entries()) {
        position = position * (x.shape[k + 1] as number) + (index[k + 1] as number) + offset;
      }
      for (let i = 0; i < inputs; i++) {
        const value = x.data[position * inputs + i] as number;
        sum += value * (weight.data[(q * inputs + i) * outputs + o] as number);
      }
      for (let k = kernel.length - 1; k >= 0; k--) {
        tap[k] = (tap[k] as number) + 1;
        if ((tap[k] as number) < (kernel[k] as number)) break;
        tap[k] = 0;
      }
    }
    return sum;
  });
}

export const convolved = (x: NdArray, weight: NdArray, bias: NdArray): NdArray =>
  elementwise((a, b) => a + b, correlated(x, weight), bias);

/** The cells of the window of 2 per spatial axis that make up cell `index`, in row-major order. */
function windowOf(index: readonly number[]): number[][] {
  const axes = index.length - 2;
  return Array.from({ length: 2 ** axes }, (_, corner) =>
    index.map((i, k) =>
      k === 0 || k > axes ? i : 2 * i + (Math.floor(corner / 2 ** (axes - k)) % 2),
    ),
  );
}

const halved = (shape: readonly number[]): number[] =>
  shape.map((n, k) => (k === 0 || k === shape.length - 1 ? n : n / 2));

export const maxPooled = (x: NdArray): NdArray =>
  build(halved(x.shape), (index) => Math.max(...windowOf(index).map((cell) => at(x, cell))));

/** dy at the first maximum of each window. */
export function maxPooledGradient(dy: NdArray, x: NdArray): NdArray {
  const place = new Map<string, number>();
  build(dy.shape, (index) => {
    const cells = windowOf(index);
    const values = cells.map((cell) => at(x, cell));
    place.set(String(cells[values.indexOf(Math.max(...values))]), at(dy, index));
    return 0;
  });
  return build(x.shape, (index) => place.get(String(index)) ?? 0);
}

export const upsampled = (x: NdArray): NdArray =>
  build(
    x.shape.map((n, k) => (k === 0 || k === x.shape.length - 1 ? n : 2 * n)),
    (index) =>
      at(
        x,
        index.map((i, k) => (k === 0 || k === x.shape.length - 1 ? i : Math.floor(i / 2))),
      ),
  );

export function differenced(x: NdArray, axis: number, boundary: Boundary): NdArray {
  const n = x.shape[axis] as number;
  return build(x.shape, (index) => {
    const i = index[axis] as number;
    const value = (j: number) => at(x, index.with(axis, (j + n) % n));
    if (boundary === "wall" && i === 0) return value(1) - value(0);
    if (boundary === "wall" && i === n - 1) return value(n - 1) - value(n - 2);
    return (value(i + 1) - value(i - 1)) / 2;
  });
}

/** The difference to the next cell; between walls one fewer. */
export function forwardDifferenced(x: NdArray, axis: number, boundary: Boundary): NdArray {
  const n = x.shape[axis] as number;
  return build(x.shape.with(axis, boundary === "wall" ? n - 1 : n), (index) => {
    const i = index[axis] as number;
    return at(x, index.with(axis, (i + 1) % n)) - at(x, index);
  });
}

/** Half the spectrum of a field `[batch, ...space, channel]`, term by term: its real and imaginary part. */
export function fourierTransformed(x: NdArray): [NdArray, NdArray] {
  const last = x.shape.length - 2;
  const space = x.shape.slice(1, -1);
  const shape = x.shape.with(last, Math.floor((x.shape[last] as number) / 2) + 1);
  const sum = (wave: (angle: number) => number) =>
    build(shape, (k) => {
      const cells = build(space, (j) => {
        const turns = total(j.map((i, a) => (i * (k[a + 1] as number)) / (space[a] as number)));
        return at(x, [k[0] as number, ...j, k.at(-1) as number]) * wave(2 * Math.PI * turns);
      });
      return total(Array.from(cells.data));
    });
  return [sum(Math.cos), sum((angle) => -Math.sin(angle))];
}

/**
 * The real field of half a spectrum, term by term: along the last spatial axis the wavenumbers that are not
 * their own conjugate count twice.
 */
export function inverseFourierTransformed(re: NdArray, im: NdArray, length: number): NdArray {
  const last = re.shape.length - 2;
  const halves = re.shape.slice(1, -1);
  const space = halves.with(-1, length);
  return build(re.shape.with(last, length), (j) => {
    const terms = build(halves, (k) => {
      const turns = total(k.map((i, a) => (i * (j[a + 1] as number)) / (space[a] as number)));
      const index = [j[0] as number, ...k, j.at(-1) as number];
      const angle = 2 * Math.PI * turns;
      const real = at(re, index) * Math.cos(angle) - at(im, index) * Math.sin(angle);
      const edge = k.at(-1) as number;
      return (edge === 0 || 2 * edge === length ? 1 : 2) * real;
    });
    return total(Array.from(terms.data)) / total(Array.from(build(space, () => 1).data));
  });
}

export function concatenated(xs: readonly NdArray[], axis: number): NdArray {
  const first = xs[0] as NdArray;
  const k = (axis + first.shape.length) % first.shape.length;
  const lengths = xs.map(({ shape }) => shape[k] as number);
  const total = lengths.reduce((sum, n) => sum + n, 0);
  return build(first.shape.with(k, total), (index) => {
    let [i, part] = [index[k] as number, 0];
    while (i >= (lengths[part] as number)) i -= lengths[part++] as number;
    return at(xs[part] as NdArray, index.with(k, i));
  });
}

/** `f` of all entries that differ only along `axes`. */
export function reduced(
  f: (values: readonly number[]) => number,
  x: NdArray,
  axes: readonly number[],
  keepDims = false,
): NdArray {
  const inner = axes.map((k) => x.shape[k] as number);
  const outer = x.shape.flatMap((n, k) => (axes.includes(k) ? (keepDims ? [1] : []) : [n]));
  return build(outer, (index) => {
    const values: number[] = [];
    build(inner, (own) => {
      let next = 0;
      const full = x.shape.map((_, k) => {
        const position = axes.indexOf(k);
        if (position >= 0) {
          if (keepDims) next++;
          return own[position] as number;
        }
        return index[next++] as number;
      });
      values.push(at(x, full));
      return 0;
    });
    return f(values);
  });
}

export const total = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0);

export const transposed = (x: NdArray, order: readonly number[]): NdArray =>
  build(
    order.map((k) => x.shape[k] as number),
    (index) =>
      at(
        x,
        x.shape.map((_, k) => index[order.indexOf(k)] as number),
      ),
  );

export const reversed = (x: NdArray, axes: readonly number[]): NdArray =>
  build(x.shape, (index) =>
    at(
      x,
      index.map((i, k) => (axes.includes(k) ? (x.shape[k] as number) - 1 - i : i)),
    ),
  );

export const sliced = (x: NdArray, begin: readonly number[], size: readonly number[]): NdArray =>
  build(size, (index) =>
    at(
      x,
      index.map((i, k) => i + (begin[k] as number)),
    ),
  );

export const reshaped = (x: NdArray, shape: readonly number[]): NdArray => ({
  shape,
  data: x.data,
});
