// Convolution by minimal filtering, F(2 × 2, 3 × 3): the 2 × 2 values of a tile of the result are
// Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, g being the 3 × 3 weights and d the 4 × 4 values of the field, so that each input channel
// costs 16 products in place of 36 (Lavin and Gray, arXiv 1509.09308). What is transformed has 16 points; at each of them
// the sum over channels and over the planes of a volume's kernel (its terms) is a product of matrices, tiles by terms by
// outputs.

import { convolve } from "./convolution";
import { copyNumbers } from "./numbers";
import { addOuterProducts } from "./products";

/** Bytes between the arrays of two points beyond what they hold, or all 16 would fall upon the same lines of the cache. */
const gap: usize = 64;

/** The first `valid` of four numbers. */
// @ts-expect-error: decorator
@inline
function loadSome(from: usize, valid: i32): v128 {
  let numbers = v128.load32_zero(from);
  if (valid > 1) numbers = v128.load32_lane(from, numbers, 1, 4);
  if (valid > 2) numbers = v128.load32_lane(from, numbers, 2, 8);
  return numbers;
}

// @ts-expect-error: decorator
@inline
function storeSome(to: usize, numbers: v128, valid: i32): void {
  v128.store32_lane(to, numbers, 0);
  if (valid > 1) v128.store32_lane(to, numbers, 1, 4);
  if (valid > 2) v128.store32_lane(to, numbers, 2, 8);
}

/** Stores a row (a, b, c) Gᵀ. */
// @ts-expect-error: decorator
@inline
function storeWeights(a: v128, b: v128, c: v128, to: usize, stride: usize): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.mul(f32x4.add(a, c), half);
  const odd = f32x4.mul(b, half);
  v128.store(to, a);
  v128.store(to + stride, f32x4.add(even, odd));
  v128.store(to + stride * 2, f32x4.sub(even, odd));
  v128.store(to + stride * 3, c);
}

/**
 * G g Gᵀ of a weight `[depth, 3, 3, inputs, outputs]` packed by {@link packWeight} or {@link packMirrored}, the rows
 * `first` ≤ row < `last` of the `[⌈outputs/8⌉, terms, 8]` at each of 16 points, which are 64 bytes apart.
 */
export function transformWeight(
  packed: usize,
  depth: i32,
  inputs: i32,
  outputs: i32,
  transformed: usize,
  first: i32,
  last: i32,
): void {
  const stride = <usize>(((outputs + 7) / 8) * depth * inputs) * 32 + gap;
  const tap = <usize>inputs * 32;
  const half = f32x4.splat(0.5);
  for (let row = first; row < last; row++) {
    const start = packed + <usize>(row / inputs) * tap * 9 + <usize>(row % inputs) * 32;
    for (let k = 0; k < 32; k += 16) {
      const top = start + k;
      const middle = top + tap * 3;
      const bottom = middle + tap * 3;
      let to = transformed + <usize>row * 32 + k;
      storeWeights(v128.load(top), v128.load(top + tap), v128.load(top + tap * 2), to, stride);
      let even0 = f32x4.add(v128.load(top), v128.load(bottom));
      let even1 = f32x4.add(v128.load(top + tap), v128.load(bottom + tap));
      let even2 = f32x4.add(v128.load(top + tap * 2), v128.load(bottom + tap * 2));
      let odd0 = v128.load(middle);
      let odd1 = v128.load(middle + tap);
      let odd2 = v128.load(middle + tap * 2);
      to += stride * 4;
      storeWeights(
        f32x4.mul(half, f32x4.add(even0, odd0)),
        f32x4.mul(half, f32x4.add(even1, odd1)),
        f32x4.mul(half, f32x4.add(even2, odd2)),
        to,
        stride,
      );
      to += stride * 4;
      storeWeights(
        f32x4.mul(half, f32x4.sub(even0, odd0)),
        f32x4.mul(half, f32x4.sub(even1, odd1)),
        f32x4.mul(half, f32x4.sub(even2, odd2)),
        to,
        stride,
      );
      to += stride * 4;
      storeWeights(
        v128.load(bottom),
        v128.load(bottom + tap),
        v128.load(bottom + tap * 2),
        to,
        stride,
      );
    }
  }
}

/** Copies `size` × `size` points of an image `[rows, columns, channels]`, `point` bytes for each; beyond it is zero. */
function copyWindow(
  image: usize,
  rows: i32,
  columns: i32,
  channels: i32,
  row: i32,
  column: i32,
  size: i32,
  point: usize,
  to: usize,
): void {
  for (let i = row; i < row + size; i++) {
    for (let j = column; j < column + size; j++) {
      if (i >= 0 && i < rows && j >= 0 && j < columns) {
        copyNumbers(image + (<usize>i * columns + j) * channels * 4, to, channels);
      } else {
        memory.fill(to, 0, point);
      }
      to += point;
    }
  }
}

/** Stores a row (a, b, c, d) B. */
// @ts-expect-error: decorator
@inline
function storeField(a: v128, b: v128, c: v128, d: v128, to: usize, stride: usize): void {
  v128.store(to, f32x4.sub(a, c));
  v128.store(to + stride, f32x4.add(b, c));
  v128.store(to + stride * 2, f32x4.sub(c, b));
  v128.store(to + stride * 3, f32x4.sub(b, d));
}

/**
 * Bᵀ d B of 4 × 4 points, `point` bytes apart in rows `pitch` apart, to 16 points `stride` apart. Channels are taken by
 * four: up to three numbers behind the last are written over.
 */
function transformField(
  from: usize,
  pitch: usize,
  point: usize,
  channels: i32,
  to: usize,
  stride: usize,
): void {
  const end = from + <usize>channels * 4;
  const row = stride * 4;
  while (from < end) {
    let x = from;
    let y = from + pitch * 2;
    let a = f32x4.sub(v128.load(x), v128.load(y));
    let b = f32x4.sub(v128.load(x + point), v128.load(y + point));
    let c = f32x4.sub(v128.load(x + point * 2), v128.load(y + point * 2));
    let d = f32x4.sub(v128.load(x + point * 3), v128.load(y + point * 3));
    storeField(a, b, c, d, to, stride);
    x += pitch;
    let e = v128.load(x);
    let f = v128.load(x + point);
    let g = v128.load(x + point * 2);
    let h = v128.load(x + point * 3);
    a = v128.load(y);
    b = v128.load(y + point);
    c = v128.load(y + point * 2);
    d = v128.load(y + point * 3);
    storeField(f32x4.add(a, e), f32x4.add(b, f), f32x4.add(c, g), f32x4.add(d, h), to + row, stride);
    storeField(
      f32x4.sub(a, e),
      f32x4.sub(b, f),
      f32x4.sub(c, g),
      f32x4.sub(d, h),
      to + row * 2,
      stride,
    );
    y += pitch;
    a = f32x4.sub(v128.load(x), v128.load(y));
    b = f32x4.sub(v128.load(x + point), v128.load(y + point));
    c = f32x4.sub(v128.load(x + point * 2), v128.load(y + point * 2));
    d = f32x4.sub(v128.load(x + point * 3), v128.load(y + point * 3));
    storeField(a, b, c, d, to + row * 3, stride);
    from += 16;
    to += 16;
  }
}

/**
 * {@link transformField} of the 4 × 4 points from (row, column) of an image `[rows, columns, channels]`, which may lie
 * beyond it; `end` is where the field ends, `window` room for 16 points of ⌈channels/4⌉ · 4 numbers.
 */
function transformWindow(
  image: usize,
  end: usize,
  rows: i32,
  columns: i32,
  channels: i32,
  row: i32,
  column: i32,
  window: usize,
  to: usize,
  stride: usize,
): void {
  let point = <usize>channels * 4;
  let pitch = <usize>columns * point;
  let from = image + <usize>row * pitch + <usize>column * point;
  const inside = row >= 0 && column >= 0 && row + 4 <= rows && column + 4 <= columns;
  // Nothing is read behind the end of the field, where memory may end too.
  if (!inside || from + pitch * 3 + point * 4 + 12 > end) {
    const wide = (point + 15) & ~15;
    copyWindow(image, rows, columns, channels, row, column, 4, wide, window);
    from = window;
    point = wide;
    pitch = wide * 4;
  }
  transformField(from, pitch, point, channels, to, stride);
}

/** Stores four numbers of the result, or as many as are `valid`, after what else is to be done with them. */
// @ts-expect-error: decorator
@inline
function finish(value: v128, y: usize, residual: usize, offset: usize, rectify: bool, valid: i32): void {
  if (residual) {
    const r = residual + offset;
    value = f32x4.add(value, valid < 4 ? loadSome(r, valid) : v128.load(r));
  } else if (rectify) {
    value = f32x4.pmax(value, f32x4.splat(0));
  }
  if (valid < 4) storeSome(y + offset, value, valid);
  else v128.store(y + offset, value);
}

/**
 * Aᵀ m A of a tile whose 16 points are `stride` apart, (+ residual) or rectified, to the points of y at `offset`, `point`
 * bytes apart in rows `pitch` apart, so far as the result has them.
 */
function transformResult(
  m: usize,
  stride: usize,
  outputs: i32,
  y: usize,
  residual: usize,
  offset: usize,
  point: usize,
  pitch: usize,
  rectify: bool,
  right: bool,
  below: bool,
): void {
  const row = stride * 4;
  for (let channel = 0; channel < outputs; channel += 4) {
    const valid = outputs - channel;
    let at = m;
    let p = v128.load(at + row);
    let q = v128.load(at + row * 2);
    const a0 = f32x4.add(v128.load(at), f32x4.add(p, q));
    const b0 = f32x4.sub(f32x4.sub(p, q), v128.load(at + row * 3));
    at += stride;
    p = v128.load(at + row);
    q = v128.load(at + row * 2);
    const a1 = f32x4.add(v128.load(at), f32x4.add(p, q));
    const b1 = f32x4.sub(f32x4.sub(p, q), v128.load(at + row * 3));
    at += stride;
    p = v128.load(at + row);
    q = v128.load(at + row * 2);
    const a2 = f32x4.add(v128.load(at), f32x4.add(p, q));
    const b2 = f32x4.sub(f32x4.sub(p, q), v128.load(at + row * 3));
    at += stride;
    p = v128.load(at + row);
    q = v128.load(at + row * 2);
    const a3 = f32x4.add(v128.load(at), f32x4.add(p, q));
    const b3 = f32x4.sub(f32x4.sub(p, q), v128.load(at + row * 3));
    finish(f32x4.add(a0, f32x4.add(a1, a2)), y, residual, offset, rectify, valid);
    if (right) {
      const value = f32x4.sub(f32x4.sub(a1, a2), a3);
      finish(value, y, residual, offset + point, rectify, valid);
    }
    if (below) {
      const under = offset + pitch;
      finish(f32x4.add(b0, f32x4.add(b1, b2)), y, residual, under, rectify, valid);
      if (right) {
        const value = f32x4.sub(f32x4.sub(b1, b2), b3);
        finish(value, y, residual, under + point, rectify, valid);
      }
    }
    m += 16;
    offset += 16;
  }
}

/** The number at `counter`, which is one more afterwards, whichever thread asks. */
// @ts-expect-error: decorator
@inline
function takeNext(counter: usize): i32 {
  if (ASC_FEATURE_THREADS) return atomic.add<i32>(counter, 1);
  const number = load<i32>(counter);
  store<i32>(counter, number + 1);
  return number;
}

/**
 * As {@link convolve}, for a kernel of `depth` × 3 × 3 weights transformed by {@link transformWeight}, and for a field
 * that lies from `x` to `end` and is continued by `border` zeros, 0 or 2, or depth − 1 across the planes. `bias`
 * stands behind as many zeros, both rounded up to eight outputs.
 *
 * Of the blocks of `block` tiles, a multiple of six, each of the helpers `first` ≤ helper < `last` takes the next that
 * `counter` gives until there are none; `scratch` holds, `scratchBytes` for each, a block's 16 points of the field and
 * of the result (64 bytes more for each point), and 16 points of ⌈inputs/4⌉ · 4 numbers.
 */
export function convolveTiles(
  x: usize,
  end: usize,
  weight: usize,
  bias: usize,
  residual: usize,
  y: usize,
  rectify: bool,
  depth: i32,
  inputs: i32,
  outputs: i32,
  levels: i32,
  rows: i32,
  columns: i32,
  border: i32,
  tiles: i32,
  block: i32,
  counter: usize,
  scratch: usize,
  scratchBytes: usize,
  first: i32,
  last: i32,
): void {
  const terms = depth * inputs;
  const wide = (outputs + 7) & ~7;
  const across = (columns + 1) / 2;
  const down = (rows + 1) / 2;
  const rowsIn = rows + 2 - 2 * border;
  const columnsIn = columns + 2 - 2 * border;
  const levelBorder = border > 0 ? depth - 1 : 0;
  const levelsIn = levels + depth - 1 - 2 * levelBorder;
  const image = <usize>(rowsIn * columnsIn) * inputs * 4;
  const point = <usize>outputs * 4;
  const stride = <usize>(block * terms) * 4 + gap;
  const strideOut = <usize>(block * wide) * 4 + gap;
  const strideWeight = <usize>(wide * terms) * 4 + gap;
  for (let helper = first; helper < last; helper++) {
    const v = scratch + <usize>helper * scratchBytes;
    const m = v + stride * 16;
    const window = m + strideOut * 16;
    for (;;) {
      const start = takeNext(counter) * block;
      if (start >= tiles) break;
      const count = min(block, tiles - start);
      for (let k = 0; k < count; k++) {
        const tile = start + k;
        const volume = tile / across / down / levels;
        const level = ((tile / across / down) % levels) - levelBorder;
        const row = 2 * ((tile / across) % down) - border;
        const column = 2 * (tile % across) - border;
        let to = v + <usize>(k * terms) * 4;
        for (let plane = level; plane < level + depth; plane++) {
          // A plane beyond the volume has no rows.
          const tall = plane >= 0 && plane < levelsIn ? rowsIn : 0;
          const from = x + <usize>(volume * levelsIn + plane) * image;
          transformWindow(from, end, tall, columnsIn, inputs, row, column, window, to, stride);
          to += <usize>inputs * 4;
        }
      }
      // What stands behind the last tile is multiplied too, and not looked at.
      const whole = ((count + 5) / 6) * 6;
      for (let p: usize = 0; p < 16; p++) {
        convolve(
          v + stride * p,
          weight + strideWeight * p,
          // What is added at this point alone is added to the whole tile.
          p == 5 ? bias + <usize>wide * 4 : bias,
          0,
          m + strideOut * p,
          false,
          1,
          1,
          1,
          terms,
          wide,
          1,
          1,
          whole,
          0,
          whole,
          0,
          whole,
        );
      }
      for (let k = 0; k < count; k++) {
        const tile = start + k;
        const row = 2 * ((tile / across) % down);
        const column = 2 * (tile % across);
        const line = (tile / across / down) * rows + row;
        transformResult(
          m + <usize>(k * wide) * 4,
          strideOut,
          outputs,
          y,
          residual,
          (<usize>line * columns + column) * point,
          point,
          <usize>columns * point,
          rectify,
          column + 1 < columns,
          row + 1 < rows,
        );
      }
    }
  }
}

/** Stores a row (a, b) Aᵀ. */
// @ts-expect-error: decorator
@inline
function storeGradient(a: v128, b: v128, to: usize, stride: usize): void {
  v128.store(to, a);
  v128.store(to + stride, f32x4.add(a, b));
  v128.store(to + stride * 2, f32x4.sub(a, b));
  v128.store(to + stride * 3, f32x4.neg(b));
}

/** A dy Aᵀ of 2 × 2 points, to panels of eight channels `panel` bytes apart, at 16 points `stride` apart. */
function transformGradient(
  from: usize,
  pitch: usize,
  point: usize,
  channels: i32,
  to: usize,
  panel: usize,
  stride: usize,
): void {
  const row = stride * 4;
  for (let channel = 0; channel < channels; channel += 4) {
    const a = v128.load(from);
    const b = v128.load(from + point);
    const c = v128.load(from + pitch);
    const d = v128.load(from + pitch + point);
    const at = to + <usize>(channel >> 3) * panel + <usize>(channel & 4) * 4;
    storeGradient(a, b, at, stride);
    storeGradient(f32x4.add(a, c), f32x4.add(b, d), at + row, stride);
    storeGradient(f32x4.sub(a, c), f32x4.sub(b, d), at + row * 2, stride);
    storeGradient(f32x4.neg(c), f32x4.neg(d), at + row * 3, stride);
    from += 16;
  }
}

/**
 * For the slots `first` ≤ slot < `last` of `slotTiles` of the `tiles` each: Σ (Bᵀ d B) ⊙ (A dy Aᵀ), the gradient of the
 * transformed weight, as `[16, ⌈terms/6⌉, ⌈outputs/8⌉, 6, 8]` at `sums + slot · sumBytes`. x lies up to `end`, dy up to
 * `endOut`.
 *
 * `scratch` holds, `scratchBytes` for each slot, 16 points of `block` tiles: terms + 4 numbers for each, then outputs,
 * rounded up to eight (64 bytes more for each point), and 16 points of as many channels as either field has, rounded up
 * to four.
 */
export function accumulateTiles(
  x: usize,
  end: usize,
  dy: usize,
  endOut: usize,
  sums: usize,
  sumBytes: usize,
  scratch: usize,
  scratchBytes: usize,
  depth: i32,
  inputs: i32,
  outputs: i32,
  levels: i32,
  rows: i32,
  columns: i32,
  block: i32,
  slotTiles: i32,
  tiles: i32,
  first: i32,
  last: i32,
): void {
  const terms = depth * inputs;
  const blocks = (terms + 5) / 6;
  const panels = (outputs + 7) / 8;
  const across = (columns + 1) / 2;
  const down = (rows + 1) / 2;
  const image = <usize>((rows + 2) * (columns + 2)) * inputs * 4;
  const imageOut = <usize>(rows * columns) * outputs * 4;
  // Not a multiple of many lines, so that the tiles of a few channels all stay in the nearest cache.
  const step = <usize>terms * 4 + 16;
  const stride = <usize>block * step + gap;
  const panel = <usize>block * 32;
  const strideOut = <usize>panels * panel + gap;
  for (let slot = first; slot < last; slot++) {
    const s = sums + <usize>slot * sumBytes;
    memory.fill(s, 0, sumBytes);
    const v = scratch + <usize>slot * scratchBytes;
    const z = v + stride * 16;
    const window = z + strideOut * 16;
    const stop = min((slot + 1) * slotTiles, tiles);
    for (let start = slot * slotTiles; start < stop; start += block) {
      const count = min(block, stop - start);
      for (let k = 0; k < count; k++) {
        const tile = start + k;
        const field = tile / across / down;
        const row = 2 * ((tile / across) % down);
        const column = 2 * (tile % across);
        const level = (field / levels) * (levels + depth - 1) + (field % levels);
        let to = v + <usize>k * step;
        for (let plane = level; plane < level + depth; plane++) {
          const from = x + <usize>plane * image;
          transformWindow(from, end, rows + 2, columns + 2, inputs, row, column, window, to, stride);
          to += <usize>inputs * 4;
        }
        let point = <usize>outputs * 4;
        let pitch = <usize>columns * point;
        let from = dy + <usize>field * imageOut + <usize>row * pitch + <usize>column * point;
        if (row + 2 > rows || column + 2 > columns || from + pitch + point * 2 + 12 > endOut) {
          const wide = (point + 15) & ~15;
          const image = dy + <usize>field * imageOut;
          copyWindow(image, rows, columns, outputs, row, column, 2, wide, window);
          from = window;
          point = wide;
          pitch = wide * 2;
        }
        transformGradient(from, pitch, point, outputs, z + <usize>k * 32, panel, strideOut);
      }
      let sum = s;
      for (let p: usize = 0; p < 16; p++) {
        for (let k = 0; k < blocks; k++) {
          for (let n = 0; n < panels; n++) {
            const xs = v + stride * p + <usize>k * 24;
            const dys = z + strideOut * p + <usize>n * panel;
            addOuterProducts(xs, step, 0, dys, count, 1, sum);
            sum += 192;
          }
        }
      }
    }
  }
}

/** The sum of four numbers over the slots. */
// @ts-expect-error: decorator
@inline
function sumSlots(from: usize, slotBytes: usize, slots: i32): v128 {
  let sum = v128.load(from);
  for (let slot = 1; slot < slots; slot++) {
    from += slotBytes;
    sum = f32x4.add(sum, v128.load(from));
  }
  return sum;
}

/** Stores a row (a, b, c, d) G, the weights of a row, `tap` bytes apart. */
// @ts-expect-error: decorator
@inline
function gatherRow(a: v128, b: v128, c: v128, d: v128, to: usize, tap: usize, valid: i32): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.mul(half, f32x4.add(b, c));
  const left = f32x4.add(a, even);
  const middle = f32x4.mul(half, f32x4.sub(b, c));
  const right = f32x4.add(d, even);
  if (valid < 4) {
    storeSome(to, left, valid);
    storeSome(to + tap, middle, valid);
    storeSome(to + tap * 2, right, valid);
  } else {
    v128.store(to, left);
    v128.store(to + tap, middle);
    v128.store(to + tap * 2, right);
  }
}

/**
 * The gradient `[depth, 3, 3, inputs, outputs]` of a weight, the terms `first` ≤ term < `last`, counted through
 * `[depth, inputs]`: Gᵀ s G of the `slots` sums of {@link accumulateTiles}, `slotBytes` apart.
 */
export function gatherTiles(
  sums: usize,
  slotBytes: usize,
  slots: i32,
  depth: i32,
  inputs: i32,
  outputs: i32,
  weight: usize,
  first: i32,
  last: i32,
): void {
  const half = f32x4.splat(0.5);
  const panels = (outputs + 7) / 8;
  const stride = <usize>(((depth * inputs + 5) / 6) * panels) * 192;
  const row = stride * 4;
  const tap = <usize>(inputs * outputs) * 4;
  for (let term = first; term < last; term++) {
    const base = sums + <usize>((term / 6) * panels) * 192 + <usize>(term % 6) * 32;
    const start = weight + <usize>(term / inputs) * tap * 9 + <usize>((term % inputs) * outputs) * 4;
    for (let output = 0; output < outputs; output += 4) {
      const from = base + <usize>(output >> 3) * 192 + <usize>(output & 4) * 4;
      let at = from + row;
      const p0 = sumSlots(at, slotBytes, slots);
      const p1 = sumSlots(at + stride, slotBytes, slots);
      const p2 = sumSlots(at + stride * 2, slotBytes, slots);
      const p3 = sumSlots(at + stride * 3, slotBytes, slots);
      at += row;
      const q0 = sumSlots(at, slotBytes, slots);
      const q1 = sumSlots(at + stride, slotBytes, slots);
      const q2 = sumSlots(at + stride * 2, slotBytes, slots);
      const q3 = sumSlots(at + stride * 3, slotBytes, slots);
      const valid = outputs - output;
      let to = start + <usize>output * 4;
      const even0 = f32x4.mul(half, f32x4.add(p0, q0));
      const even1 = f32x4.mul(half, f32x4.add(p1, q1));
      const even2 = f32x4.mul(half, f32x4.add(p2, q2));
      const even3 = f32x4.mul(half, f32x4.add(p3, q3));
      gatherRow(
        f32x4.add(even0, sumSlots(from, slotBytes, slots)),
        f32x4.add(even1, sumSlots(from + stride, slotBytes, slots)),
        f32x4.add(even2, sumSlots(from + stride * 2, slotBytes, slots)),
        f32x4.add(even3, sumSlots(from + stride * 3, slotBytes, slots)),
        to,
        tap,
        valid,
      );
      to += tap * 3;
      gatherRow(
        f32x4.mul(half, f32x4.sub(p0, q0)),
        f32x4.mul(half, f32x4.sub(p1, q1)),
        f32x4.mul(half, f32x4.sub(p2, q2)),
        f32x4.mul(half, f32x4.sub(p3, q3)),
        to,
        tap,
        valid,
      );
      to += tap * 3;
      at += row;
      gatherRow(
        f32x4.add(even0, sumSlots(at, slotBytes, slots)),
        f32x4.add(even1, sumSlots(at + stride, slotBytes, slots)),
        f32x4.add(even2, sumSlots(at + stride * 2, slotBytes, slots)),
        f32x4.add(even3, sumSlots(at + stride * 3, slotBytes, slots)),
        to,
        tap,
        valid,
      );
    }
  }
}
