// Padding, rectification, pooling and upsampling of fields, channels last.

import { copyNumbers } from "./numbers";

/** Adds `count` numbers to those at `to`. */
// @ts-expect-error: decorator
@inline
function addNumbers(from: usize, to: usize, count: i32): void {
  const end = to + <usize>count * 4;
  const whole = to + (<usize>(count & ~3)) * 4;
  while (to < whole) {
    v128.store(to, f32x4.add(v128.load(to), v128.load(from)));
    from += 16;
    to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(to) + load<f32>(from));
    from += 4;
    to += 4;
  }
}

/**
 * The rows `first` ≤ row < `last`, counted through `[batch, rowsOut]`, of a field whose point (i, j) is point
 * (rowOf[i], columnOf[j]) of x `[batch, rows, columns, channels]`, or zero where either is negative.
 */
export function gatherPoints(
  x: usize,
  y: usize,
  rowOf: usize,
  columnOf: usize,
  rows: i32,
  columns: i32,
  rowsOut: i32,
  columnsOut: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  let to = y + <usize>(first * columnsOut) * point;
  for (let line = first; line < last; line++) {
    const row = load<i32>(rowOf + 4 * (line % rowsOut));
    const from = x + <usize>(((line / rowsOut) * rows + row) * columns) * point;
    for (let j = 0; j < columnsOut; j++) {
      const column = load<i32>(columnOf + 4 * j);
      if (row < 0 || column < 0) {
        for (const end = to + point; to < end; to += 4) store<f32>(to, 0);
      } else {
        copyNumbers(from + <usize>column * point, to, channels);
        to += point;
      }
    }
  }
}

/** The adjoint of {@link gatherPoints}, for the images `first` ≤ image < `last`. */
export function scatterPoints(
  dy: usize,
  dx: usize,
  rowOf: usize,
  columnOf: usize,
  rows: i32,
  columns: i32,
  rowsOut: i32,
  columnsOut: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  for (let image = first; image < last; image++) {
    const to = dx + <usize>(image * rows * columns) * point;
    let from = dy + <usize>(image * rowsOut * columnsOut) * point;
    memory.fill(to, 0, <usize>(rows * columns) * point);
    for (let i = 0; i < rowsOut; i++) {
      const row = load<i32>(rowOf + 4 * i);
      for (let j = 0; j < columnsOut; j++) {
        const column = load<i32>(columnOf + 4 * j);
        if (row >= 0 && column >= 0) {
          addNumbers(from, to + <usize>(row * columns + column) * point, channels);
        }
        from += point;
      }
    }
  }
}

/** max(x, 0) of the numbers `first` ≤ i < `last`. */
export function rectify(x: usize, y: usize, first: i32, last: i32): void {
  const zero = f32x4.splat(0);
  let i = first;
  for (; i + 4 <= last; i += 4) {
    const k = <usize>i * 4;
    v128.store(y + k, f32x4.pmax(v128.load(x + k), zero));
  }
  for (; i < last; i++) {
    const k = <usize>i * 4;
    const value = load<f32>(x + k);
    store<f32>(y + k, value < 0 ? 0 : value);
  }
}

/** dy where y > 0, else 0, of the numbers `first` ≤ i < `last`. */
export function rectifyGradient(dy: usize, y: usize, dx: usize, first: i32, last: i32): void {
  const zero = f32x4.splat(0);
  let i = first;
  for (; i + 4 <= last; i += 4) {
    const k = <usize>i * 4;
    v128.store(dx + k, v128.and(v128.load(dy + k), f32x4.gt(v128.load(y + k), zero)));
  }
  for (; i < last; i++) {
    const k = <usize>i * 4;
    store<f32>(dx + k, load<f32>(y + k) > 0 ? load<f32>(dy + k) : 0);
  }
}

/**
 * The points `first` ≤ p < `last` of `width` channels, from channel `start` of points of `channels` on, to channel
 * `startOut` of points of `channelsOut`.
 */
export function copyChannels(
  x: usize,
  y: usize,
  channels: i32,
  start: i32,
  channelsOut: i32,
  startOut: i32,
  width: i32,
  first: i32,
  last: i32,
): void {
  let from = x + <usize>(first * channels + start) * 4;
  let to = y + <usize>(first * channelsOut + startOut) * 4;
  for (let p = first; p < last; p++) {
    copyNumbers(from, to, width);
    from += <usize>channels * 4;
    to += <usize>channelsOut * 4;
  }
}

/** Where the window of the result's row `row`, counted through `[batch, levels, rows]`, begins, in bytes. */
// @ts-expect-error: decorator
@inline
function windowRow(row: i32, depth: i32, rows: i32, pitch: usize): usize {
  return (<usize>((row / rows) * depth * rows) + <usize>(row % rows)) * 2 * pitch;
}

/** Where corner k of a window lies, in bytes from the first. */
// @ts-expect-error: decorator
@inline
function cornerOf(k: i32, point: usize, pitch: usize, image: usize): usize {
  return <usize>(k & 1) * point + <usize>((k >> 1) & 1) * pitch + <usize>(k >> 2) * image;
}

/**
 * Maxima over windows of `depth` × 2 × 2: the result's rows `first` ≤ row < `last`, counted through
 * `[batch, levels, rows]`.
 */
export function maxPool(
  x: usize,
  y: usize,
  depth: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  const pitch = <usize>columns * 2 * point;
  const image = <usize>rows * 2 * pitch;
  const corners = 4 * depth;
  for (let row = first; row < last; row++) {
    let from = x + windowRow(row, depth, rows, pitch);
    let to = y + <usize>(row * columns) * point;
    for (let column = 0; column < columns; column++) {
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const at = from + 4 * c;
        let best = v128.load(at);
        for (let k = 1; k < corners; k++) {
          best = f32x4.pmax(best, v128.load(at + cornerOf(k, point, pitch, image)));
        }
        v128.store(to + 4 * c, best);
      }
      for (; c < channels; c++) {
        const at = from + 4 * c;
        let best = load<f32>(at);
        for (let k = 1; k < corners; k++) {
          const value = load<f32>(at + cornerOf(k, point, pitch, image));
          if (best < value) best = value;
        }
        store<f32>(to + 4 * c, best);
      }
      from += 2 * point;
      to += point;
    }
  }
}

/** dy at the first maximum of each window, else 0: the rows of dy `first` ≤ row < `last`. */
export function maxPoolGradient(
  x: usize,
  y: usize,
  dy: usize,
  dx: usize,
  depth: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  const pitch = <usize>columns * 2 * point;
  const image = <usize>rows * 2 * pitch;
  const corners = 4 * depth;
  for (let row = first; row < last; row++) {
    let at = windowRow(row, depth, rows, pitch);
    let out = <usize>(row * columns) * point;
    for (let column = 0; column < columns; column++) {
      let c = 0;
      for (; c + 4 <= channels; c += 4) {
        const o = out + 4 * c;
        const best = v128.load(y + o);
        let left = v128.load(dy + o);
        for (let k = 0; k < corners; k++) {
          const here = at + 4 * c + cornerOf(k, point, pitch, image);
          const equal = f32x4.eq(v128.load(x + here), best);
          v128.store(dx + here, v128.and(left, equal));
          left = v128.andnot(left, equal);
        }
      }
      for (; c < channels; c++) {
        const o = out + 4 * c;
        const best = load<f32>(y + o);
        let left = load<f32>(dy + o);
        for (let k = 0; k < corners; k++) {
          const here = at + 4 * c + cornerOf(k, point, pitch, image);
          const equal = load<f32>(x + here) == best;
          store<f32>(dx + here, equal ? left : 0);
          if (equal) left = 0;
        }
      }
      at += 2 * point;
      out += point;
    }
  }
}

/** Each point of x for all of its window: the rows of x `first` ≤ row < `last`. */
export function upsample(
  x: usize,
  y: usize,
  depth: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  const pitch = <usize>columns * 2 * point;
  const image = <usize>rows * 2 * pitch;
  for (let row = first; row < last; row++) {
    let from = x + <usize>(row * columns) * point;
    let to = y + windowRow(row, depth, rows, pitch);
    for (let column = 0; column < columns; column++) {
      for (let k = 0; k < 4 * depth; k++) {
        copyNumbers(from, to + cornerOf(k, point, pitch, image), channels);
      }
      from += point;
      to += 2 * point;
    }
  }
}

/** Sums over windows of `depth` × 2 × 2: the result's rows `first` ≤ row < `last`. */
export function upsampleGradient(
  dy: usize,
  dx: usize,
  depth: i32,
  rows: i32,
  columns: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  const pitch = <usize>columns * 2 * point;
  const image = <usize>rows * 2 * pitch;
  for (let row = first; row < last; row++) {
    let from = dy + windowRow(row, depth, rows, pitch);
    let to = dx + <usize>(row * columns) * point;
    for (let column = 0; column < columns; column++) {
      copyNumbers(from, to, channels);
      for (let k = 1; k < 4 * depth; k++) {
        addNumbers(from + cornerOf(k, point, pitch, image), to, channels);
      }
      from += 2 * point;
      to += point;
    }
  }
}

/** Sums over points, one row of `channels` numbers for each part: parts `first` ≤ part < `last` of `part` points. */
export function sumPoints(
  x: usize,
  sums: usize,
  points: i32,
  part: i32,
  channels: i32,
  first: i32,
  last: i32,
): void {
  const point = <usize>channels * 4;
  for (let k = first; k < last; k++) {
    const to = sums + <usize>k * point;
    const from = k * part;
    const end = min(points, from + part);
    memory.fill(to, 0, point);
    for (let p = from; p < end; p++) addNumbers(x + <usize>p * point, to, channels);
  }
}
