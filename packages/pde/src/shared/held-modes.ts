export interface HeldModesOptions {
  /** Points of the grid along y; 1 for a line. */
  readonly ny: number;
  /** Complex numbers in a row of its half spectrum, as `realFft` lays it out. */
  readonly rowLength: number;
  /** The largest whole wavenumbers that are held along y and x. */
  readonly largest: readonly [y: number, x: number];
}

/**
 * The modes of a real field that a dealiased solver holds, and nothing else: complex, interleaved, row by row,
 * ky = 0, 1, …, −1 and kx = 0, 1, …
 */
export interface HeldModes {
  readonly rows: number;
  readonly columns: number;
  /** The row of the half spectrum that each row is. */
  readonly gridRow: Int32Array;
  /** Writes those of a half spectrum into `modes`. */
  take(spectrum: Float64Array, modes: Float64Array): void;
  /** Writes them into a half spectrum that is zero elsewhere. */
  put(modes: Float64Array, spectrum: Float64Array): void;
  /** Makes the column kx = 0 that of a real field, v(0, −ky) = v̄(0, ky): what is not grows from round-off. */
  symmetrise(modes: Float64Array): void;
}

/** Where the modes up to a largest wavenumber are stored. */
export function heldModes({
  ny,
  rowLength,
  largest: [largestY, largestX],
}: HeldModesOptions): HeldModes {
  const [rows, columns] = [2 * largestY + 1, largestX + 1];
  const gridRow = Int32Array.from({ length: rows }, (_, row) =>
    row <= largestY ? row : ny - rows + row,
  );
  const width = 2 * columns;
  const placeOf = (row: number): number => 2 * rowLength * (gridRow[row] as number);
  return {
    rows,
    columns,
    gridRow,
    take(spectrum, modes) {
      for (let row = 0; row < rows; row++) {
        const from = placeOf(row);
        modes.set(spectrum.subarray(from, from + width), width * row);
      }
    },
    put(modes, spectrum) {
      spectrum.fill(0);
      for (let row = 0; row < rows; row++) {
        spectrum.set(modes.subarray(width * row, width * (row + 1)), placeOf(row));
      }
    },
    symmetrise(modes) {
      modes[1] = 0;
      for (let row = 1; row <= largestY; row++) {
        const [plus, minus] = [width * row, width * (rows - row)];
        const re = 0.5 * ((modes[plus] as number) + (modes[minus] as number));
        const im = 0.5 * ((modes[plus + 1] as number) - (modes[minus + 1] as number));
        modes[plus] = re;
        modes[plus + 1] = im;
        modes[minus] = re;
        modes[minus + 1] = -im;
      }
    },
  };
}
