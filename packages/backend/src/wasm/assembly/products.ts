// Products that keep their twelve sums in registers.

/** a · b + c, rounded once where the machine can. */
// @ts-expect-error: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Adds four numbers to those `offset` bytes behind `sum`. */
// @ts-expect-error: decorator
@inline
function addTo(sum: usize, value: v128, offset: usize): void {
  v128.store(sum + offset, f32x4.add(v128.load(sum + offset), value));
}

/**
 * Adds Σₚ x[p, i] · w[p, j], for 6 × 8 pairs (i, j), to the sums at `sum`, over `lines` lines of `columns` points: those
 * of w follow each other; those of x are `step` bytes apart, and between lines `gap` bytes more.
 */
export function addOuterProducts(
  x: usize,
  step: usize,
  gap: usize,
  w: usize,
  columns: i32,
  lines: i32,
  sum: usize,
): void {
  // From zero, so that a run of products is not rounded to the size of all that came before.
  const zero = f32x4.splat(0);
  let s0a = zero;
  let s0b = zero;
  let s1a = zero;
  let s1b = zero;
  let s2a = zero;
  let s2b = zero;
  let s3a = zero;
  let s3b = zero;
  let s4a = zero;
  let s4b = zero;
  let s5a = zero;
  let s5b = zero;
  let a = zero;
  let b = zero;
  let x0 = zero;
  for (let r = 0; r < lines; r++) {
    const end = w + <usize>columns * 32;
    const even = end - ((<usize>columns & 1) << 5);
    while (w < even) {
      a = v128.load(w, 0);
      b = v128.load(w, 16);
      x0 = v128.load32_splat(x, 0);
      s0a = madd(x0, a, s0a);
      s0b = madd(x0, b, s0b);
      x0 = v128.load32_splat(x, 4);
      s1a = madd(x0, a, s1a);
      s1b = madd(x0, b, s1b);
      x0 = v128.load32_splat(x, 8);
      s2a = madd(x0, a, s2a);
      s2b = madd(x0, b, s2b);
      x0 = v128.load32_splat(x, 12);
      s3a = madd(x0, a, s3a);
      s3b = madd(x0, b, s3b);
      x0 = v128.load32_splat(x, 16);
      s4a = madd(x0, a, s4a);
      s4b = madd(x0, b, s4b);
      x0 = v128.load32_splat(x, 20);
      s5a = madd(x0, a, s5a);
      s5b = madd(x0, b, s5b);
      x += step;
      a = v128.load(w, 32);
      b = v128.load(w, 48);
      x0 = v128.load32_splat(x, 0);
      s0a = madd(x0, a, s0a);
      s0b = madd(x0, b, s0b);
      x0 = v128.load32_splat(x, 4);
      s1a = madd(x0, a, s1a);
      s1b = madd(x0, b, s1b);
      x0 = v128.load32_splat(x, 8);
      s2a = madd(x0, a, s2a);
      s2b = madd(x0, b, s2b);
      x0 = v128.load32_splat(x, 12);
      s3a = madd(x0, a, s3a);
      s3b = madd(x0, b, s3b);
      x0 = v128.load32_splat(x, 16);
      s4a = madd(x0, a, s4a);
      s4b = madd(x0, b, s4b);
      x0 = v128.load32_splat(x, 20);
      s5a = madd(x0, a, s5a);
      s5b = madd(x0, b, s5b);
      x += step;
      w += 64;
    }
    if (w < end) {
      a = v128.load(w, 0);
      b = v128.load(w, 16);
      x0 = v128.load32_splat(x, 0);
      s0a = madd(x0, a, s0a);
      s0b = madd(x0, b, s0b);
      x0 = v128.load32_splat(x, 4);
      s1a = madd(x0, a, s1a);
      s1b = madd(x0, b, s1b);
      x0 = v128.load32_splat(x, 8);
      s2a = madd(x0, a, s2a);
      s2b = madd(x0, b, s2b);
      x0 = v128.load32_splat(x, 12);
      s3a = madd(x0, a, s3a);
      s3b = madd(x0, b, s3b);
      x0 = v128.load32_splat(x, 16);
      s4a = madd(x0, a, s4a);
      s4b = madd(x0, b, s4b);
      x0 = v128.load32_splat(x, 20);
      s5a = madd(x0, a, s5a);
      s5b = madd(x0, b, s5b);
      x += step;
      w += 32;
    }
    x += gap;
  }
  addTo(sum, s0a, 0);
  addTo(sum, s0b, 16);
  addTo(sum, s1a, 32);
  addTo(sum, s1b, 48);
  addTo(sum, s2a, 64);
  addTo(sum, s2b, 80);
  addTo(sum, s3a, 96);
  addTo(sum, s3b, 112);
  addTo(sum, s4a, 128);
  addTo(sum, s4b, 144);
  addTo(sum, s5a, 160);
  addTo(sum, s5b, 176);
}
