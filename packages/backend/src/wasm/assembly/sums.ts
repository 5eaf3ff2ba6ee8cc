// Sums in double precision: in single precision a long sum stops growing, or is off by a part in a thousand.

/** Σ x, or Σ x², of `count` numbers. */
// @ts-expect-error: decorator
@inline
function accumulate(x: usize, count: i32, squared: bool): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const four = v128.load(x + <usize>i * 4);
    const low = f64x2.promote_low_f32x4(four);
    const high = f64x2.promote_low_f32x4(
      i8x16.shuffle(four, four, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    );
    even = f64x2.add(even, squared ? f64x2.mul(low, low) : low);
    odd = f64x2.add(odd, squared ? f64x2.mul(high, high) : high);
  }
  const both = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < count; i++) {
    const one = <f64>load<f32>(x + <usize>i * 4);
    sum += squared ? one * one : one;
  }
  return sum;
}

/** Σ x² of `count` numbers, in double precision. */
export function sumOfSquares(x: usize, count: i32): f64 {
  return accumulate(x, count, true);
}

/**
 * The sums of the parts `first` ≤ k < `last`, in double precision. Each row of `count` numbers has `parts` parts of
 * `part` numbers; the last part of a row may be shorter.
 */
export function sumParts(
  x: usize,
  sums: usize,
  count: i32,
  part: i32,
  parts: i32,
  first: i32,
  last: i32,
): void {
  for (let k = first; k < last; k++) {
    const start = (k % parts) * part;
    const from = x + (<usize>(k / parts) * count + start) * 4;
    store<f64>(sums + <usize>k * 8, accumulate(from, min(part, count - start), false));
  }
}

/** The sums of {@link sumParts} over all `parts` of each of `rows` rows, divided by `divisor`. */
export function gatherSums(sums: usize, y: usize, parts: i32, rows: i32, divisor: f64): void {
  for (let row = 0; row < rows; row++) {
    let sum: f64 = 0;
    for (let k = 0; k < parts; k++) {
      sum += load<f64>(sums);
      sums += 8;
    }
    store<f32>(y + <usize>row * 4, <f32>(sum / divisor));
  }
}
