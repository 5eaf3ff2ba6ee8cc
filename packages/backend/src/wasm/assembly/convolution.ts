// Convolution of stride 1 without padding, channels last, and its gradients. Tiles of 6 points × 8 channels keep
// their 12 sums in registers, with two more for weights and one for a value: all 15 that V8 has on x86-64.

import { addOuterProducts, madd } from "./products";

/**
 * Packs a weight `[rows, columns]` (row-major) into panels of eight columns, `[⌈columns/8⌉, rows, 8]`, for
 * {@link convolve}; what is missing in the last panel is zero.
 */
export function packWeight(weight: usize, rows: i32, columns: i32, packed: usize): void {
  for (let start = 0; start < columns; start += 8) {
    const valid = min(8, columns - start);
    for (let row = 0; row < rows; row++) {
      const from = weight + 4 * (<usize>row * columns + start);
      for (let c = 0; c < 8; c++) {
        store<f32>(packed, c < valid ? load<f32>(from + 4 * c) : 0);
        packed += 4;
      }
    }
  }
}

/**
 * Packs a weight `[taps, inputs, outputs]` as {@link packWeight} would pack its mirror image
 * `[taps, outputs, inputs]`, the taps in the opposite order: the weight of the adjoint.
 */
export function packMirrored(
  weight: usize,
  taps: i32,
  inputs: i32,
  outputs: i32,
  packed: usize,
): void {
  for (let start = 0; start < inputs; start += 8) {
    const valid = min(8, inputs - start);
    for (let tap = taps - 1; tap >= 0; tap--) {
      for (let output = 0; output < outputs; output++) {
        const from = weight + 4 * ((<usize>tap * inputs + start) * outputs + output);
        for (let c = 0; c < 8; c++) {
          store<f32>(packed, c < valid ? load<f32>(from + 4 * <usize>c * outputs) : 0);
          packed += 4;
        }
      }
    }
  }
}

/**
 * The points `first` ≤ p < `last`, counted through `[batch, levels, rows, columns]`, of
 *
 *   y = x ∗ weight + bias (+ residual) or max(x ∗ weight + bias, 0)
 *
 * for x `[batch, levels + depth − 1, rows + height − 1, columns + width − 1, inputs]` and a weight packed by
 * {@link packWeight}, as is the bias; a plane is a volume of one level. `residual` is 0 where there is none; `scratch`
 * has room for 48 numbers for each `part` of the points.
 */
export function convolve(
  x: usize,
  packed: usize,
  bias: usize,
  residual: usize,
  y: usize,
  rectify: bool,
  depth: i32,
  height: i32,
  width: i32,
  inputs: i32,
  outputs: i32,
  levels: i32,
  rows: i32,
  columns: i32,
  scratch: usize,
  part: i32,
  first: i32,
  last: i32,
): void {
  scratch += <usize>(first / part) * 192;
  const point = <usize>inputs * 4;
  const pitch = <usize>(columns + width - 1) * point;
  const image = <usize>(rows + height - 1) * pitch;
  const taps = <usize>width * point;
  const gap = pitch - taps;
  const imageGap = image - <usize>height * pitch;
  const panel = <usize>(depth * height) * taps * 8;
  const zero = f32x4.splat(0);
  for (let channel = 0; channel < outputs; channel += 8) {
    const valid = min(8, outputs - channel);
    const biasA = v128.load(bias);
    const biasB = v128.load(bias, 16);
    bias += 32;
    let column = first % columns;
    let row = (first / columns) % rows;
    let level = (first / columns / rows) % levels;
    const volume = first / columns / rows / levels;
    let at =
      x +
      <usize>(volume * (levels + depth - 1) + level) * image +
      <usize>row * pitch +
      <usize>column * point;
    for (let p = first; p < last; p += 6) {
      let x1 = at;
      let x2 = at + point;
      let x3 = at + point * 2;
      let x4 = at + point * 3;
      let x5 = at + point * 4;
      let x6 = at + point * 5;
      if (p + 6 < last && column + 6 < columns) {
        at += point * 6;
        column += 6;
      } else {
        // Beyond the last point the last one is computed again, and not stored.
        for (let q = 1; q <= 6; q++) {
          if (p + q < last) {
            at += point;
            if (++column == columns) {
              column = 0;
              at += pitch - <usize>columns * point;
              if (++row == rows) {
                row = 0;
                at += image - <usize>rows * pitch;
                if (++level == levels) {
                  level = 0;
                  at += <usize>(depth - 1) * image;
                }
              }
            }
          }
          if (q == 1) x2 = at;
          else if (q == 2) x3 = at;
          else if (q == 3) x4 = at;
          else if (q == 4) x5 = at;
          else if (q == 5) x6 = at;
        }
      }
      let s0a = biasA;
      let s0b = biasB;
      let s1a = biasA;
      let s1b = biasB;
      let s2a = biasA;
      let s2b = biasB;
      let s3a = biasA;
      let s3b = biasB;
      let s4a = biasA;
      let s4b = biasB;
      let s5a = biasA;
      let s5b = biasB;
      let a = zero;
      let b = zero;
      let x0 = zero;
      let w = packed;
      for (let k = 0; k < depth; k++) {
        for (let tap = 0; tap < height; tap++) {
          const end = w + taps * 8;
          const even = end - ((taps & 4) << 3);
          while (w < even) {
            a = v128.load(w, 0);
            b = v128.load(w, 16);
            x0 = v128.load32_splat(x1, 0);
            s0a = madd(x0, a, s0a);
            s0b = madd(x0, b, s0b);
            x0 = v128.load32_splat(x2, 0);
            s1a = madd(x0, a, s1a);
            s1b = madd(x0, b, s1b);
            x0 = v128.load32_splat(x3, 0);
            s2a = madd(x0, a, s2a);
            s2b = madd(x0, b, s2b);
            x0 = v128.load32_splat(x4, 0);
            s3a = madd(x0, a, s3a);
            s3b = madd(x0, b, s3b);
            x0 = v128.load32_splat(x5, 0);
            s4a = madd(x0, a, s4a);
            s4b = madd(x0, b, s4b);
            x0 = v128.load32_splat(x6, 0);
            s5a = madd(x0, a, s5a);
            s5b = madd(x0, b, s5b);
            a = v128.load(w, 32);
            b = v128.load(w, 48);
            x0 = v128.load32_splat(x1, 4);
            s0a = madd(x0, a, s0a);
            s0b = madd(x0, b, s0b);
            x0 = v128.load32_splat(x2, 4);
            s1a = madd(x0, a, s1a);
            s1b = madd(x0, b, s1b);
            x0 = v128.load32_splat(x3, 4);
            s2a = madd(x0, a, s2a);
            s2b = madd(x0, b, s2b);
            x0 = v128.load32_splat(x4, 4);
            s3a = madd(x0, a, s3a);
            s3b = madd(x0, b, s3b);
            x0 = v128.load32_splat(x5, 4);
            s4a = madd(x0, a, s4a);
            s4b = madd(x0, b, s4b);
            x0 = v128.load32_splat(x6, 4);
            s5a = madd(x0, a, s5a);
            s5b = madd(x0, b, s5b);
            w += 64;
            x1 += 8;
            x2 += 8;
            x3 += 8;
            x4 += 8;
            x5 += 8;
            x6 += 8;
          }
          if (w < end) {
            a = v128.load(w, 0);
            b = v128.load(w, 16);
            x0 = v128.load32_splat(x1, 0);
            s0a = madd(x0, a, s0a);
            s0b = madd(x0, b, s0b);
            x0 = v128.load32_splat(x2, 0);
            s1a = madd(x0, a, s1a);
            s1b = madd(x0, b, s1b);
            x0 = v128.load32_splat(x3, 0);
            s2a = madd(x0, a, s2a);
            s2b = madd(x0, b, s2b);
            x0 = v128.load32_splat(x4, 0);
            s3a = madd(x0, a, s3a);
            s3b = madd(x0, b, s3b);
            x0 = v128.load32_splat(x5, 0);
            s4a = madd(x0, a, s4a);
            s4b = madd(x0, b, s4b);
            x0 = v128.load32_splat(x6, 0);
            s5a = madd(x0, a, s5a);
            s5b = madd(x0, b, s5b);
            w += 32;
            x1 += 4;
            x2 += 4;
            x3 += 4;
            x4 += 4;
            x5 += 4;
            x6 += 4;
          }
          x1 += gap;
          x2 += gap;
          x3 += gap;
          x4 += gap;
          x5 += gap;
          x6 += gap;
        }
        x1 += imageGap;
        x2 += imageGap;
        x3 += imageGap;
        x4 += imageGap;
        x5 += imageGap;
        x6 += imageGap;
      }
      const offset = (<usize>p * outputs + channel) * 4;
      let to = y + offset;
      const pointOut = <usize>outputs * 4;
      if (valid == 8 && p + 6 <= last) {
        if (residual) {
          let r = residual + offset;
          s0a = f32x4.add(s0a, v128.load(r));
          s0b = f32x4.add(s0b, v128.load(r, 16));
          r += pointOut;
          s1a = f32x4.add(s1a, v128.load(r));
          s1b = f32x4.add(s1b, v128.load(r, 16));
          r += pointOut;
          s2a = f32x4.add(s2a, v128.load(r));
          s2b = f32x4.add(s2b, v128.load(r, 16));
          r += pointOut;
          s3a = f32x4.add(s3a, v128.load(r));
          s3b = f32x4.add(s3b, v128.load(r, 16));
          r += pointOut;
          s4a = f32x4.add(s4a, v128.load(r));
          s4b = f32x4.add(s4b, v128.load(r, 16));
          r += pointOut;
          s5a = f32x4.add(s5a, v128.load(r));
          s5b = f32x4.add(s5b, v128.load(r, 16));
        } else if (rectify) {
          s0a = f32x4.pmax(s0a, zero);
          s0b = f32x4.pmax(s0b, zero);
          s1a = f32x4.pmax(s1a, zero);
          s1b = f32x4.pmax(s1b, zero);
          s2a = f32x4.pmax(s2a, zero);
          s2b = f32x4.pmax(s2b, zero);
          s3a = f32x4.pmax(s3a, zero);
          s3b = f32x4.pmax(s3b, zero);
          s4a = f32x4.pmax(s4a, zero);
          s4b = f32x4.pmax(s4b, zero);
          s5a = f32x4.pmax(s5a, zero);
          s5b = f32x4.pmax(s5b, zero);
        }
        v128.store(to, s0a);
        v128.store(to, s0b, 16);
        to += pointOut;
        v128.store(to, s1a);
        v128.store(to, s1b, 16);
        to += pointOut;
        v128.store(to, s2a);
        v128.store(to, s2b, 16);
        to += pointOut;
        v128.store(to, s3a);
        v128.store(to, s3b, 16);
        to += pointOut;
        v128.store(to, s4a);
        v128.store(to, s4b, 16);
        to += pointOut;
        v128.store(to, s5a);
        v128.store(to, s5b, 16);
      } else {
        v128.store(scratch, s0a, 0);
        v128.store(scratch, s0b, 16);
        v128.store(scratch, s1a, 32);
        v128.store(scratch, s1b, 48);
        v128.store(scratch, s2a, 64);
        v128.store(scratch, s2b, 80);
        v128.store(scratch, s3a, 96);
        v128.store(scratch, s3b, 112);
        v128.store(scratch, s4a, 128);
        v128.store(scratch, s4b, 144);
        v128.store(scratch, s5a, 160);
        v128.store(scratch, s5b, 176);
        const points = min(6, last - p);
        for (let q = 0; q < points; q++) {
          for (let c = 0; c < valid; c++) {
            let value = load<f32>(scratch + 32 * q + 4 * c);
            const k = <usize>q * pointOut + 4 * c;
            if (residual) value += load<f32>(residual + offset + k);
            else if (rectify && value < 0) value = 0;
            store<f32>(to + k, value);
          }
        }
      }
    }
    packed += panel;
  }
}

/**
 * Copies a part of `[rows, columns, channels]` (rows `pitch` bytes apart) into panels of `wide` channels,
 * `[⌈channels/wide⌉, rows, columns, wide]`; what is missing in the last panel is zero.
 */
function packPoints(
  from: usize,
  pitch: usize,
  rows: i32,
  columns: i32,
  channels: i32,
  wide: i32,
  to: usize,
): void {
  const point = <usize>channels * 4;
  for (let channel = 0; channel < channels; channel += wide) {
    const valid = min(wide, channels - channel);
    for (let row = 0; row < rows; row++) {
      let at = from + <usize>row * pitch + <usize>channel * 4;
      if (valid == wide && wide == 8) {
        for (let column = 0; column < columns; column++) {
          v128.store(to, v128.load(at));
          v128.store(to, v128.load(at, 16), 16);
          at += point;
          to += 32;
        }
      } else if (valid == wide && wide == 6) {
        for (let column = 0; column < columns; column++) {
          v128.store(to, v128.load(at));
          store<u64>(to, load<u64>(at, 16), 16);
          at += point;
          to += 24;
        }
      } else {
        for (let column = 0; column < columns; column++) {
          for (let c = 0; c < wide; c++) {
            store<f32>(to, c < valid ? load<f32>(at + 4 * c) : 0);
            to += 4;
          }
          at += point;
        }
      }
    }
  }
}

/**
 * For the parts `first` ≤ part < `last`, part = slot · depth + plane: the gradient of the weight's plane `plane` from
 * as many as `slotRows` of the output's `total` rows, counted through `[batch, levels, rows]`,
 * Σ x[level + plane, row + i, column + j, input] · dy[level, row, column, output],
 * as `[⌈outputs/8⌉, ⌈inputs/6⌉, height · width, 6, 8]` at `sums + part · sumBytes`.
 *
 * `scratch` holds, `scratchBytes` for each part, the packed points of `atOnce` rows of both fields.
 */
export function accumulateWeightGradient(
  x: usize,
  dy: usize,
  sums: usize,
  sumBytes: usize,
  scratch: usize,
  scratchBytes: usize,
  depth: i32,
  height: i32,
  width: i32,
  inputs: i32,
  outputs: i32,
  levels: i32,
  rows: i32,
  columns: i32,
  atOnce: i32,
  slotRows: i32,
  total: i32,
  first: i32,
  last: i32,
): void {
  for (let part = first; part < last; part++) {
    const slot = part / depth;
    memory.fill(sums + <usize>part * sumBytes, 0, sumBytes);
    accumulateRows(
      x,
      dy,
      sums + <usize>part * sumBytes,
      part % depth,
      depth,
      height,
      width,
      inputs,
      outputs,
      levels,
      rows,
      columns,
      atOnce,
      scratch + <usize>part * scratchBytes,
      slot * slotRows,
      min((slot + 1) * slotRows, total),
    );
  }
}

function accumulateRows(
  x: usize,
  dy: usize,
  sums: usize,
  plane: i32,
  depth: i32,
  height: i32,
  width: i32,
  inputs: i32,
  outputs: i32,
  levels: i32,
  rows: i32,
  columns: i32,
  atOnce: i32,
  scratch: usize,
  first: i32,
  last: i32,
): void {
  const wideColumns = columns + width - 1;
  const pitch = <usize>wideColumns * inputs * 4;
  const image = <usize>(rows + height - 1) * pitch;
  const pitchOut = <usize>columns * outputs * 4;
  const blocks = (inputs + 5) / 6;
  const line = <usize>wideColumns * 24;
  const lineGap = <usize>(width - 1) * 24;
  let here = first;
  while (here < last) {
    const row = here % rows;
    const count = min(min(atOnce, rows - row), last - here);
    const tall = count + height - 1;
    const xs = scratch;
    const panel = <usize>tall * line;
    const dys = scratch + <usize>blocks * panel;
    const panelOut = <usize>count * columns * 32;
    const level = here / rows;
    const levelIn = (level / levels) * (levels + depth - 1) + (level % levels) + plane;
    packPoints(
      x + <usize>levelIn * image + <usize>row * pitch,
      pitch,
      tall,
      wideColumns,
      inputs,
      6,
      xs,
    );
    packPoints(dy + <usize>here * pitchOut, pitchOut, count, columns, outputs, 8, dys);
    let sum = sums;
    for (let channel = 0, block = dys; channel < outputs; channel += 8, block += panelOut) {
      for (let k = 0; k < blocks; k++) {
        for (let i = 0; i < height; i++) {
          for (let j = 0; j < width; j++) {
            addOuterProducts(
              xs + <usize>k * panel + <usize>i * line + <usize>j * 24,
              24,
              lineGap,
              block,
              columns,
              count,
              sum,
            );
            sum += 192;
          }
        }
      }
    }
    here += count;
  }
}

/**
 * The gradient `[taps, inputs, outputs]` of one plane of the weight, the rows `first` ≤ row < `last` of its
 * taps · inputs, from `slots` sums of {@link accumulateWeightGradient}, `slotBytes` apart.
 */
export function gatherWeightGradient(
  sums: usize,
  slotBytes: usize,
  slots: i32,
  taps: i32,
  inputs: i32,
  outputs: i32,
  weight: usize,
  first: i32,
  last: i32,
): void {
  const blocks = (inputs + 5) / 6;
  for (let row = first; row < last; row++) {
    const tap = row / inputs;
    const input = row % inputs;
    const to = weight + <usize>(row * outputs) * 4;
    for (let output = 0; output < outputs; output++) {
      const tile = ((output / 8) * blocks + input / 6) * taps + tap;
      let from = sums + <usize>(tile * 192 + 32 * (input % 6) + 4 * (output % 8));
      let sum: f32 = 0;
      for (let slot = 0; slot < slots; slot++) {
        sum += load<f32>(from);
        from += slotBytes;
      }
      store<f32>(to + 4 * output, sum);
    }
  }
}
