/**
 * A planned complex transform of each column of `[n, lanes]`, with the two arrays that it works on:
 * interleaved real and imaginary parts, 2·n·lanes numbers each. `output` may be written to as well.
 */
export interface PlannedFft {
  /** Where the caller writes what is to be transformed; it stays as it is. */
  readonly input: Float64Array;
  readonly output: Float64Array;
  /** X_k = Σ_j x_j e^{−2πi jk/n} */
  forward(): void;
  /** X_k = Σ_j x_j e^{2πi jk/n}: n times the inverse of `forward`. */
  inverse(): void;
}
