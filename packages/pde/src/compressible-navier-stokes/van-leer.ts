/**
 * Values of `count` cells at their two faces along one axis by Van Leer's limited slope,
 *
 *   w∓ = w ∓ ½s,  ½s = ab/(a + b) where a = w − w₋ and b = w₊ − w have one sign, else 0,
 *
 * between the cell and its neighbours, so that positive fields stay positive (van Leer, J. Comput. Phys. 14
 * (1974) 361). `at` is where the first cell lies in `field`, `stride` how far its neighbours are; written are
 * `lower` and `upper` from `to` on.
 */
export function faceValues(
  field: Float64Array,
  at: number,
  stride: number,
  count: number,
  lower: Float64Array,
  upper: Float64Array,
  to: number,
): void {
  for (let i = 0; i < count; i++) {
    const w = field[at + i] as number;
    const a = w - (field[at + i - stride] as number);
    const b = (field[at + i + stride] as number) - w;
    const product = a * b;
    const half = product > 0 ? product / (a + b) : 0;
    lower[to + i] = w - half;
    upper[to + i] = w + half;
  }
}
