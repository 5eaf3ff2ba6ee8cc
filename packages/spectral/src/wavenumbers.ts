/**
 * The wavenumbers of an axis of n points and length `extent`, in the order of the transform:
 * k = (2π/extent)·[0, 1, …, −2, −1]. For even n the middle one is the Nyquist wavenumber, here −n/2. The half
 * spectrum of a real field uses the first n/2 + 1 (rounded down) on its last axis.
 */
export function wavenumbers(n: number, extent: number): Float64Array {
  const fundamental = (2 * Math.PI) / extent;
  return Float64Array.from({ length: n }, (_, i) => fundamental * (2 * i < n ? i : i - n));
}
