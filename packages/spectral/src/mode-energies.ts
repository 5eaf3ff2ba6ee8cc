import { realFft } from "./real-fft.ts";

/**
 * Calls `visit` with the squared wavenumber |k|² and the energy |û_k|²/N² of every mode kept in the half
 * spectrum, N the number of points. Parseval's weight is in the energy: 2 for a mode whose conjugate is left
 * out, 1 for those that are their own on the last axis (0, and n/2 for even n). All energies add up to the
 * mean of u².
 *
 * Wavenumbers are whole: waves per box on a square grid. Where the axes differ in length the unit is one wave
 * along the longest, and cells are taken as square: |k|² = Σᵢ (kᵢ·n_max/nᵢ)².
 */
export function visitModeEnergies(
  field: Float64Array,
  shape: readonly number[],
  visit: (squaredWavenumber: number, energy: number) => void,
): void {
  const { forward, spectrumShape } = realFft(shape);
  const spectrum = forward(field);
  const longest = Math.max(...shape);
  const squares = shape.map((n) =>
    Float64Array.from({ length: n }, (_, i) => (Math.min(i, n - i) * (longest / n)) ** 2),
  );
  const n = shape.at(-1) as number;
  const half = spectrumShape.at(-1) as number;
  const lastSquares = squares.at(-1) as Float64Array;
  const scale = 1 / field.length ** 2;

  const rows = spectrum.length / (2 * half);
  for (let row = 0; row < rows; row++) {
    let rest = row;
    let rowSquare = 0;
    for (let axis = shape.length - 2; axis >= 0; axis--) {
      const length = shape[axis] as number;
      rowSquare += (squares[axis] as Float64Array)[rest % length] as number;
      rest = Math.floor(rest / length);
    }
    for (let k = 0; k < half; k++) {
      const re = spectrum[2 * (row * half + k)] as number;
      const im = spectrum[2 * (row * half + k) + 1] as number;
      const weight = k === 0 || 2 * k === n ? 1 : 2;
      visit(rowSquare + (lastSquares[k] as number), weight * scale * (re * re + im * im));
    }
  }
}
