// One step of Adam.

/**
 * m ← m + take₁ (sg − m), v ← v + take₂ ((sg)² − v), p ← p − rate · m / (√v · correction + ε), with the `scale` s of the
 * gradient and take = 1 − β. Formed here from β in single precision, 1 − β would be off by 2e-4 at β = .9999.
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
  take1: f32,
  take2: f32,
  rate: f32,
  correction: f32,
  epsilon: f32,
): void {
  const scales = f32x4.splat(scale);
  const takes1 = f32x4.splat(take1);
  const takes2 = f32x4.splat(take2);
  const rates = f32x4.splat(rate);
  const corrections = f32x4.splat(correction);
  const epsilons = f32x4.splat(epsilon);
  let i = 0;
  for (; i + 4 <= count; i += 4) {
    const k = <usize>i * 4;
    const g = f32x4.mul(v128.load(gradient + k), scales);
    const oldM = v128.load(first + k);
    const oldV = v128.load(second + k);
    const m = f32x4.add(oldM, f32x4.mul(f32x4.sub(g, oldM), takes1));
    const v = f32x4.add(oldV, f32x4.mul(f32x4.sub(f32x4.mul(g, g), oldV), takes2));
    const direction = f32x4.div(m, f32x4.add(f32x4.mul(f32x4.sqrt(v), corrections), epsilons));
    v128.store(newFirst + k, m);
    v128.store(newSecond + k, v);
    v128.store(newParameter + k, f32x4.sub(v128.load(parameter + k), f32x4.mul(direction, rates)));
  }
  for (; i < count; i++) {
    const k = <usize>i * 4;
    const g = load<f32>(gradient + k) * scale;
    const oldM = load<f32>(first + k);
    const oldV = load<f32>(second + k);
    const m = oldM + (g - oldM) * take1;
    const v = oldV + (g * g - oldV) * take2;
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
