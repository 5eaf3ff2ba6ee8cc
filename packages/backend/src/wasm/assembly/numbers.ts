/** Copies `count` numbers. */
// @ts-expect-error: decorator
@inline
export function copyNumbers(from: usize, to: usize, count: i32): void {
  const end = to + <usize>count * 4;
  const whole = to + (<usize>(count & ~3)) * 4;
  while (to < whole) {
    v128.store(to, v128.load(from));
    from += 16;
    to += 16;
  }
  while (to < end) {
    store<f32>(to, load<f32>(from));
    from += 4;
    to += 4;
  }
}
