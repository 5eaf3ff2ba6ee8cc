/** The nearest IEEE 754 half of a number, ties to even, as its sixteen bits; infinite above 65,519. */
export function halfBits(value: number): number {
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (Number.isNaN(size)) return 0x7e00;
  if (size >= 65_520) return sign | 0x7c00;
  // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴; above, of a thousandth of the power of two below.
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const unit = 2 ** (exponent - 10);
  const steps = roundToEven(size / unit);
  // The steps of the smallest power are the bits; each higher power adds 1024 of them.
  return sign | (steps + 1024 * (exponent + 14));
}

function roundToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}
