// The complex Fourier transform in double precision: one complex number to a vector, (re, im).

/** −i·x, or i·x where `turn` is that of the inverse. */
// @ts-expect-error: decorator
@inline
function turned(x: v128, turn: v128): v128 {
  return v128.xor(v128.shuffle<f64>(x, x, 1, 0), turn);
}

/** x times the factor w at `table`, kept as (re w, re w, im w, im w); `turn` makes it the conjugate's. */
// @ts-expect-error: decorator
@inline
function times(x: v128, table: usize, turn: v128): v128 {
  // (re + i·im)·(a + ib) = a·(re, im) − b·(im, −re)
  return f64x2.sub(
    f64x2.mul(x, v128.load(table)),
    f64x2.mul(turned(x, turn), v128.load(table, 16)),
  );
}

/** Bytes of a factor in a table. */
// @ts-expect-error: decorator
@inline
const FACTOR: usize = 32;

function radix2(to: usize, from: usize, groups: i32, width: usize, table: usize, turn: v128): void {
  const far = <usize>groups * width;
  for (let p = 0; p < groups; p++) {
    for (const end = from + width; from < end; from += 16, to += 16) {
      const a = v128.load(from);
      const b = v128.load(from + far);
      v128.store(to, f64x2.add(a, b));
      v128.store(to + width, times(f64x2.sub(a, b), table, turn));
    }
    to += width;
    table += FACTOR;
  }
}

function radix3(to: usize, from: usize, groups: i32, width: usize, table: usize, turn: v128): void {
  const far = <usize>groups * width;
  const half = f64x2.splat(0.5);
  const sine = f64x2.splat(0.8660254037844386);
  for (let p = 0; p < groups; p++) {
    for (const end = from + width; from < end; from += 16, to += 16) {
      const a = v128.load(from);
      const b = v128.load(from + far);
      const c = v128.load(from + 2 * far);
      const sum = f64x2.add(b, c);
      const mid = f64x2.sub(a, f64x2.mul(half, sum));
      const side = f64x2.mul(sine, turned(f64x2.sub(b, c), turn));
      v128.store(to, f64x2.add(a, sum));
      v128.store(to + width, times(f64x2.add(mid, side), table, turn));
      v128.store(to + 2 * width, times(f64x2.sub(mid, side), table + FACTOR, turn));
    }
    to += 2 * width;
    table += 2 * FACTOR;
  }
}

function radix4(to: usize, from: usize, groups: i32, width: usize, table: usize, turn: v128): void {
  const far = <usize>groups * width;
  // All factors of the first group are 1.
  for (const end = from + width; from < end; from += 16, to += 16) {
    const a = v128.load(from);
    const b = v128.load(from + far);
    const c = v128.load(from + 2 * far);
    const d = v128.load(from + 3 * far);
    const even = f64x2.add(a, c);
    const odd = f64x2.add(b, d);
    const gap = f64x2.sub(a, c);
    const side = turned(f64x2.sub(b, d), turn);
    v128.store(to, f64x2.add(even, odd));
    v128.store(to + width, f64x2.add(gap, side));
    v128.store(to + 2 * width, f64x2.sub(even, odd));
    v128.store(to + 3 * width, f64x2.sub(gap, side));
  }
  for (let p = 1; p < groups; p++) {
    to += 3 * width;
    table += 3 * FACTOR;
    for (const end = from + width; from < end; from += 16, to += 16) {
      const a = v128.load(from);
      const b = v128.load(from + far);
      const c = v128.load(from + 2 * far);
      const d = v128.load(from + 3 * far);
      const even = f64x2.add(a, c);
      const odd = f64x2.add(b, d);
      const gap = f64x2.sub(a, c);
      const side = turned(f64x2.sub(b, d), turn);
      v128.store(to, f64x2.add(even, odd));
      v128.store(to + width, times(f64x2.add(gap, side), table, turn));
      v128.store(to + 2 * width, times(f64x2.sub(even, odd), table + FACTOR, turn));
      v128.store(to + 3 * width, times(f64x2.sub(gap, side), table + 2 * FACTOR, turn));
    }
  }
}

function radix5(to: usize, from: usize, groups: i32, width: usize, table: usize, turn: v128): void {
  const far = <usize>groups * width;
  const cos1 = f64x2.splat(0.30901699437494745);
  const cos2 = f64x2.splat(-0.8090169943749475);
  const sin1 = f64x2.splat(0.9510565162951535);
  const sin2 = f64x2.splat(0.5877852522924731);
  for (let p = 0; p < groups; p++) {
    for (const end = from + width; from < end; from += 16, to += 16) {
      const a = v128.load(from);
      const b = v128.load(from + far);
      const c = v128.load(from + 2 * far);
      const d = v128.load(from + 3 * far);
      const e = v128.load(from + 4 * far);
      const outer = f64x2.add(b, e);
      const inner = f64x2.add(c, d);
      const outerGap = turned(f64x2.sub(b, e), turn);
      const innerGap = turned(f64x2.sub(c, d), turn);
      const mid1 = f64x2.add(a, f64x2.add(f64x2.mul(cos1, outer), f64x2.mul(cos2, inner)));
      const mid2 = f64x2.add(a, f64x2.add(f64x2.mul(cos2, outer), f64x2.mul(cos1, inner)));
      const side1 = f64x2.add(f64x2.mul(sin1, outerGap), f64x2.mul(sin2, innerGap));
      const side2 = f64x2.sub(f64x2.mul(sin2, outerGap), f64x2.mul(sin1, innerGap));
      v128.store(to, f64x2.add(a, f64x2.add(outer, inner)));
      v128.store(to + width, times(f64x2.add(mid1, side1), table, turn));
      v128.store(to + 2 * width, times(f64x2.add(mid2, side2), table + FACTOR, turn));
      v128.store(to + 3 * width, times(f64x2.sub(mid2, side2), table + 2 * FACTOR, turn));
      v128.store(to + 4 * width, times(f64x2.sub(mid1, side1), table + 3 * FACTOR, turn));
    }
    to += 4 * width;
    table += 4 * FACTOR;
  }
}

function radix8(to: usize, from: usize, groups: i32, width: usize, table: usize, turn: v128): void {
  const far = <usize>groups * width;
  const root = f64x2.splat(0.7071067811865476);
  for (let p = 0; p < groups; p++) {
    for (const end = from + width; from < end; from += 16, to += 16) {
      // The four even numbers
      const a = v128.load(from);
      const c = v128.load(from + 2 * far);
      const e = v128.load(from + 4 * far);
      const g = v128.load(from + 6 * far);
      const ae = f64x2.add(a, e);
      const cg = f64x2.add(c, g);
      const gapAe = f64x2.sub(a, e);
      const gapCg = turned(f64x2.sub(c, g), turn);
      const even0 = f64x2.add(ae, cg);
      const even1 = f64x2.add(gapAe, gapCg);
      const even2 = f64x2.sub(ae, cg);
      const even3 = f64x2.sub(gapAe, gapCg);
      // The four odd ones, turned by eighths of a circle
      const b = v128.load(from + far);
      const d = v128.load(from + 3 * far);
      const f = v128.load(from + 5 * far);
      const h = v128.load(from + 7 * far);
      const bf = f64x2.add(b, f);
      const dh = f64x2.add(d, h);
      const gapBf = f64x2.sub(b, f);
      const gapDh = turned(f64x2.sub(d, h), turn);
      const odd0 = f64x2.add(bf, dh);
      const straight1 = f64x2.add(gapBf, gapDh);
      const odd1 = f64x2.mul(root, f64x2.add(straight1, turned(straight1, turn)));
      const odd2 = turned(f64x2.sub(bf, dh), turn);
      const straight3 = f64x2.sub(gapBf, gapDh);
      const odd3 = f64x2.mul(root, f64x2.sub(turned(straight3, turn), straight3));
      v128.store(to, f64x2.add(even0, odd0));
      v128.store(to + width, times(f64x2.add(even1, odd1), table, turn));
      v128.store(to + 2 * width, times(f64x2.add(even2, odd2), table + FACTOR, turn));
      v128.store(to + 3 * width, times(f64x2.add(even3, odd3), table + 2 * FACTOR, turn));
      v128.store(to + 4 * width, times(f64x2.sub(even0, odd0), table + 3 * FACTOR, turn));
      v128.store(to + 5 * width, times(f64x2.sub(even1, odd1), table + 4 * FACTOR, turn));
      v128.store(to + 6 * width, times(f64x2.sub(even2, odd2), table + 5 * FACTOR, turn));
      v128.store(to + 7 * width, times(f64x2.sub(even3, odd3), table + 6 * FACTOR, turn));
    }
    to += 7 * width;
    table += 7 * FACTOR;
  }
}

/**
 * Transforms `[n, lanes]` complex numbers by `count` passes, each told at `passes` by four numbers: its radix,
 * its groups (what is left to transform over the radix), the bytes from one number of a group to the next,
 * and the address of its factors. Pass by pass the data go between `work` and `out`, last into `out`;
 * `data` stays.
 */
export function transform(
  passes: usize,
  count: i32,
  data: usize,
  work: usize,
  out: usize,
  inverse: i32,
): void {
  const turn = inverse ? f64x2(-0.0, 0) : f64x2(0, -0.0);
  let from = data;
  for (let left = count; left > 0; left--, passes += 16) {
    const to = left % 2 === 1 ? out : work;
    const radix = load<i32>(passes);
    const groups = load<i32>(passes, 4);
    const width = <usize>load<i32>(passes, 8);
    const table = <usize>load<i32>(passes, 12);
    if (radix === 4) radix4(to, from, groups, width, table, turn);
    else if (radix === 8) radix8(to, from, groups, width, table, turn);
    else if (radix === 2) radix2(to, from, groups, width, table, turn);
    else if (radix === 3) radix3(to, from, groups, width, table, turn);
    else radix5(to, from, groups, width, table, turn);
    from = to;
  }
}
