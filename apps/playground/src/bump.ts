/** A disturbance: where it is, as parts of the box from the left and from the top. */
export interface Bump {
  readonly x: number;
  readonly y: number;
}

/** Width as a part of the box, and height in the unit of the field, whose deviation is 4.4. */
const width = 0.04;
const height = 8;

/** The distance of two places on a circle of length one. */
const apart = (a: number, b: number): number => {
  const d = Math.abs(a - b) % 1;
  return Math.min(d, 1 - d);
};

/**
 * Adds h(1 − r²/2s²)exp(−r²/2s²) to a field of n × n points. Its mean is zero, as the equation keeps the mean and the
 * models know no other.
 */
export function addBump(field: Float32Array | Float64Array, { x, y }: Bump): void {
  const n = Math.sqrt(field.length);
  for (let row = 0; row < n; row++) {
    for (let column = 0; column < n; column++) {
      const squared = apart(column / n, x) ** 2 + apart(row / n, y) ** 2;
      const part = squared / (2 * width ** 2);
      const i = row * n + column;
      if (part < 20) field[i] = (field[i] as number) + height * (1 - part) * Math.exp(-part);
    }
  }
}
