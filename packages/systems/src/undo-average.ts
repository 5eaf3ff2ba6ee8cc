import { realFft, resample } from "@eddyflow/spectral";

interface Complex {
  readonly re: number;
  readonly im: number;
}

/**
 * The smoothest periodic field that has these means over boxes of `points`² cells, on `n` points along each axis of the same
 * box, the first of which is the first cell. A mean shrinks the wave e^{ikx} by D(k) = (1/p) Σ_{j<p} e^{ikjh} along each axis,
 * h being the width of a cell; each mode is divided by that. Waves that the boxes do not resolve are left at 0: a field
 * without them comes out exactly. Of a wave of the boxes' Nyquist wavenumber only one of two phases is seen; of all that have
 * the means, the one of least norm is taken.
 *
 * @param means - `[seen, seen]`, flat.
 * @param points - p, cells of a box along each axis.
 * @param n - a multiple of `seen`; where they are the same, waves of the Nyquist wavenumber are left out.
 * @returns `[n, n]`, flat.
 */
export function undoAverage(
  means: Float64Array,
  { seen, points, n }: { readonly seen: number; readonly points: number; readonly n: number },
): Float64Array {
  const fft = realFft([n, n]);
  const spectrum = fft.forward(resample(means, [seen, seen], [n, n]));
  const rowLength = fft.spectrumShape[1] as number;
  const shrunk = Array.from({ length: n }, (_, mode): Complex => {
    // The upper half of an axis stands for negative waves.
    const wave = 2 * mode > n ? mode - n : mode;
    const angle = (2 * Math.PI * wave) / (seen * points);
    const of = (part: (angle: number) => number) =>
      Array.from({ length: points }, (_, j) => part(j * angle)).reduce((a, b) => a + b) / points;
    return { re: of(Math.cos), im: of(Math.sin) };
  });
  const isSeen = (mode: number) => 2 * Math.min(mode, n - mode) <= seen && 2 * mode !== n;
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < rowLength; column++) {
      const at = 2 * (row * rowLength + column);
      const [y, x] = [shrunk[row] as Complex, shrunk[column] as Complex];
      const [re, im] = [y.re * x.re - y.im * x.im, y.re * x.im + y.im * x.re];
      const by = isSeen(row) && isSeen(column) ? 1 / (re * re + im * im) : 0;
      const [a, b] = [spectrum[at] as number, spectrum[at + 1] as number];
      spectrum[at] = by * (a * re + b * im);
      spectrum[at + 1] = by * (b * re - a * im);
    }
  }
  return fft.inverse(spectrum);
}
