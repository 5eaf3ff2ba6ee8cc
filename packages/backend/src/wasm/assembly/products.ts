// Products that keep their twelve sums in registers.

/** a · b + c, rounded once where the machine can. */
// @ts-expect-error: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
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
  let s0a = v128.load(sum, 0);
  let s0b = v128.load(sum, 16);
  let s1a = v128.load(sum, 32);
  let s1b = v128.load(sum, 48);
  let s2a = v128.load(sum, 64);
  let s2b = v128.load(sum, 80);
  let s3a = v128.load(sum, 96);
  let s3b = v128.load(sum, 112);
  let s4a = v128.load(sum, 128);
  let s4b = v128.load(sum, 144);
  let s5a = v128.load(sum, 160);
  let s5b = v128.load(sum, 176);
  let a = s0a;
  let b = s0a;
  let x0 = s0a;
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
  v128.store(sum, s0a, 0);
  v128.store(sum, s0b, 16);
  v128.store(sum, s1a, 32);
  v128.store(sum, s1b, 48);
  v128.store(sum, s2a, 64);
  v128.store(sum, s2b, 80);
  v128.store(sum, s3a, 96);
  v128.store(sum, s3b, 112);
  v128.store(sum, s4a, 128);
  v128.store(sum, s4b, 144);
  v128.store(sum, s5a, 160);
  v128.store(sum, s5b, 176);
}
