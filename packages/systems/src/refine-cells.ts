/** Van Leer's slope between two differences: none at an extremum, so that density and pressure stay positive. */
const limited = (a: number, b: number): number => (a * b > 0 ? (2 * a * b) / (a + b) : 0);

/**
 * A state of n² periodic cells on (n · split)² of them: in each cell every field rises evenly, by its limited slope,
 * about the cell's own value, so that the mean of each field over each cell stays.
 *
 * @param state - `[y, x, channel]` of n² cells, flat.
 * @returns `[y, x, channel]` of (n · split)² cells, flat.
 */
export function refineCells(
  state: ArrayLike<number>,
  n: number,
  split: number,
  channels: number,
): Float64Array {
  const fine = n * split;
  const out = new Float64Array(fine * fine * channels);
  const at = (j: number, i: number, c: number) =>
    state[(((j + n) % n) * n + ((i + n) % n)) * channels + c] as number;
  const offset = (cell: number) => ((cell % split) + 0.5) / split - 0.5;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < channels; c++) {
        const value = at(j, i, c);
        const alongY = limited(at(j + 1, i, c) - value, value - at(j - 1, i, c));
        const alongX = limited(at(j, i + 1, c) - value, value - at(j, i - 1, c));
        for (let y = j * split; y < (j + 1) * split; y++) {
          for (let x = i * split; x < (i + 1) * split; x++) {
            out[(y * fine + x) * channels + c] = value + alongY * offset(y) + alongX * offset(x);
          }
        }
      }
    }
  }
  return out;
}
