import { realFft } from "@eddyflow/spectral";

interface Complex {
  readonly re: number;
  readonly im: number;
}

/**
 * The periodic field that has these means over boxes of `points`² cells, at the first cell of each box. A mean shrinks the
 * wave e^{ikx} by D(k) = (1/p) Σ_{j<p} e^{ikjh} along each axis, h being the width of a cell; each mode is divided by that.
 * Waves that the boxes do not resolve are not known: a field without them, and without those of the boxes' Nyquist
 * wavenumber, comes out exactly.
 *
 * @param means - `[seen, seen]`, flat.
 * @param points - p, cells of a box along each axis.
 * @returns `[seen, seen]`, flat.
 */
export function undoAverage(means: Float64Array, seen: number, points: number): Float64Array {
  const fft = realFft([seen, seen]);
  const spectrum = fft.forward(means);
  const rowLength = fft.spectrumShape[1] as number;
  const shrunk = Array.from({ length: seen }, (_, mode): Complex => {
    // The wave that a mode is: the upper half of an axis stands for negative ones.
    const angle = (2 * Math.PI * (2 * mode > seen ? mode - seen : mode)) / (seen * points);
    const of = (part: (angle: number) => number) =>
      Array.from({ length: points }, (_, j) => part(j * angle)).reduce((a, b) => a + b) / points;
    return { re: of(Math.cos), im: of(Math.sin) };
  });
  for (let row = 0; row < seen; row++) {
    for (let column = 0; column < rowLength; column++) {
      const at = 2 * (row * rowLength + column);
      const isNyquist = 2 * row === seen || 2 * column === seen;
      const [y, x] = [shrunk[row] as Complex, shrunk[column] as Complex];
      const [re, im] = [y.re * x.re - y.im * x.im, y.re * x.im + y.im * x.re];
      const by = isNyquist ? 0 : 1 / (re * re + im * im);
      const [a, b] = [spectrum[at] as number, spectrum[at + 1] as number];
      spectrum[at] = by * (a * re + b * im);
      spectrum[at + 1] = by * (b * re - a * im);
    }
  }
  return fft.inverse(spectrum);
}
