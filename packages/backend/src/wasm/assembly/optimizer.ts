// One step of Adam.

/** Σ g² of `count` numbers, in double precision. */
export function sumOfSquares(gradient: usize, count: i32): f64 {
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const g = v128.load(gradient + <usize>i * 4);
    const low = f64x2.promote_low_f32x4(g);
    const high = f64x2.promote_low_f32x4(
      i8x16.shuffle(g, g, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7),
    );
    even = f64x2.add(even, f64x2.mul(low, low));
    odd = f64x2.add(odd, f64x2.mul(high, high));
  }
  const both = f64x2.add(even, odd);
  let sum = f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
  for (; i < count; i++) {
    const g = <f64>load<f32>(gradient + <usize>i * 4);
    sum += g * g;
  }
  return sum;
}

/**
 * m ← β₁m + (1 − β₁)sg, v ← β₂v + (1 − β₂)(sg)², p ← p − rate · m / (√v · correction + ε), s the `scale` of
 * the gradient.
 */
export function adam(
  parameter: usize,
  gradient: usize,
  first: usize,
  second: usize,
  newParameter: usize,
  newFirst: usize,
  newSecond: usize,
  count: i32,
  scale: f32,
  beta1: f32,
  beta2: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
): void {
  const take1: f32 = 1 - beta1;
  const take2: f32 = 1 - beta2;
  const scales = f32x4.splat(scale);
  const keeps1 = f32x4.splat(beta1);
  const keeps2 = f32x4.splat(beta2);
  const takes1 = f32x4.splat(take1);
  const takes2 = f32x4.splat(take2);
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  const epsilons = f32x4.splat(epsilon);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const k = <usize>i * 4;
    const g = f32x4.mul(v128.load(gradient + k), scales);
    const m = f32x4.add(f32x4.mul(v128.load(first + k), keeps1), f32x4.mul(g, takes1));
    const v = f32x4.add(
      f32x4.mul(v128.load(second + k), keeps2),
      f32x4.mul(f32x4.mul(g, g), takes2),
    );
    const direction = f32x4.div(m, f32x4.add(f32x4.mul(f32x4.sqrt(v), corrections), epsilons));
    v128.store(newFirst + k, m);
    v128.store(newSecond + k, v);
    v128.store(newParameter + k, f32x4.sub(v128.load(parameter + k), f32x4.mul(direction, rates)));
  }
  for (; i < count; i++) {
    const k = <usize>i * 4;
    const g = load<f32>(gradient + k) * scale;
    const m = load<f32>(first + k) * beta1 + g * take1;
    const v = load<f32>(second + k) * beta2 + g * g * take2;
    store<f32>(newFirst + k, m);
    store<f32>(newSecond + k, v);
    const direction = m / (sqrt<f32>(v) * correction + epsilon);
    store<f32>(newParameter + k, load<f32>(parameter + k) - direction * rate);
  }
}

/** Copies `count` numbers. */
export function copy(from: usize, to: usize, count: i32): void {
  memory.copy(to, from, <usize>count * 4);
}
