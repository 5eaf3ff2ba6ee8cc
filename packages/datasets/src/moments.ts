/** Mean and variance of each channel over the values that were added so far. */
export interface Moments {
  /** Adds values `[...space, channel]`. */
  add(values: ArrayLike<number>): void;
  readonly mean: readonly number[];
  /** Population variances, S/k. */
  variance(): readonly number[];
}

/**
 * Mean and variance of each channel in one pass and double precision: mₖ = mₖ₋₁ + (x − mₖ₋₁)/k,
 * Sₖ = Sₖ₋₁ + (x − mₖ₋₁)(x − mₖ), σ² = S/k.
 *
 * B. P. Welford, Technometrics 4 (1962) 419.
 */
export function moments(channels: number): Moments {
  const mean = new Array<number>(channels).fill(0);
  const squares = new Array<number>(channels).fill(0);
  let count = 0;
  return {
    add: (values) => {
      const points = values.length / channels;
      for (let c = 0; c < channels; c++) {
        let [m, s] = [mean[c] as number, squares[c] as number];
        for (let i = 0; i < points; i++) {
          const value = values[i * channels + c] as number;
          const difference = value - m;
          m += difference / (count + i + 1);
          s += difference * (value - m);
        }
        mean[c] = m;
        squares[c] = s;
      }
      count += points;
    },
    mean,
    variance: () => squares.map((sum) => sum / count),
  };
}
