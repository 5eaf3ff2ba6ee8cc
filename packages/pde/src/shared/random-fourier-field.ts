import { ArgumentError, type Key } from "@eddyflow/core";
import { normal } from "@eddyflow/random";
import { realFft } from "@eddyflow/spectral";

/** How rough and how large a random field is. */
export interface RandomFourierFieldOptions {
  /** Largest whole wavenumber on each axis, in waves per box; default 5. */
  readonly modes?: number;
  /** Standard deviation over the box; default 1. */
  readonly std?: number;
}

/**
 * A smooth random periodic field with mean 0, an initial condition:
 * u(x) = c Σ_n a_n cos(2π n·x) + b_n sin(2π n·x), x in fractions of the box, over the whole vectors
 * 0 < max|nᵢ| ≤ `modes` (one of each pair ±n), with a_n, b_n standard normal and c such that the standard
 * deviation is `std`. It depends on the key, not on the grid: another shape samples the same function.
 *
 * @returns the field, `shape` flattened.
 * @throws ShapeError for a shape that is none.
 * @throws ArgumentError unless `modes` is a whole number ≥ 1 that every axis can hold (n > 2·modes).
 */
export function randomFourierField(
  key: Key,
  shape: readonly number[],
  { modes = 5, std = 1 }: RandomFourierFieldOptions = {},
): Float64Array {
  const fft = realFft(shape);
  if (!Number.isSafeInteger(modes) || modes < 1 || shape.some((n) => n <= 2 * modes)) {
    throw new ArgumentError({
      problem: `modes ${modes} does not fit a grid of shape [${shape.join(", ")}]`,
      expected: "a whole number, at least 1 and below half the points of each axis",
      remedy: "take fewer modes or a finer grid",
    });
  }
  const size = shape.reduce((product, n) => product * n, 1);
  const width = 2 * modes + 1;
  const vectors = width ** shape.length;
  // In this order the second half of the vectors are the opposites of the first, with 0 between.
  const pairs = (vectors - 1) / 2;
  const draws = normal(key, 2 * pairs);
  const power = draws.reduce((sum, x) => sum + x * x, 0) / 2;
  const scale = (std * size) / (2 * Math.sqrt(power));

  const spectrum = new Float64Array(2 * fft.spectrumShape.reduce((product, n) => product * n, 1));
  for (let index = 0; index < vectors; index++) {
    // The half spectrum has no negative wavenumbers on its last axis: conjugates stand for them.
    if (index % width < modes || index === pairs) continue;
    const mirrored = index > pairs;
    const pair = mirrored ? vectors - 1 - index : index;
    let rest = index;
    let at = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const n = shape[axis] as number;
      const wavenumber = (rest % width) - modes;
      at += ((wavenumber + n) % n) * stride;
      rest = Math.floor(rest / width);
      stride *= fft.spectrumShape[axis] as number;
    }
    spectrum[2 * at] = scale * (draws[2 * pair] as number);
    spectrum[2 * at + 1] = (mirrored ? 1 : -1) * scale * (draws[2 * pair + 1] as number);
  }
  return fft.inverse(spectrum);
}
