import { axisUnits } from "./axis-units.ts";
import { realFft } from "./real-fft.ts";

/**
 * Calls `visit` with the squared wavenumber |k|² and the energy |û_k|²/N² of every mode kept in the half
 * spectrum, N the number of points. Parseval's weight is in the energy: 2 for a mode whose conjugate is left
 * out, 1 for those that are their own on the last axis (0, and n/2 for even n). All energies add up to the
 * mean of u².
 *
 * The unit of |k| is one wave along the longest side of the box: |k|² = Σᵢ (kᵢ·L_max/Lᵢ)², kᵢ the waves along axis i
 * and Lᵢ its length. Times 2π/L_max that is the wavenumber in radians per length.
 */
export function visitModeEnergies(
  field: Float64Array,
  shape: readonly number[],
  extent: readonly number[],
  visit: (squaredWavenumber: number, energy: number) => void,
): void {
  const { forward, spectrumShape } = realFft(shape);
  const spectrum = forward(field);
  const units = axisUnits(extent);
  const squares = shape.map((n, axis) =>
    Float64Array.from({ length: n }, (_, i) => (Math.min(i, n - i) * (units[axis] as number)) ** 2),
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
