/**
 * What is drawn of a field: all of a plane `[y, x]`, of a volume `[z, y, x]` the upright plane `[z, y]` in the
 * middle of x.
 */
export function pictureOf(field: Float64Array, shape: readonly number[]): Float32Array {
  const depth = shape[2] ?? 1;
  const middle = Math.floor(depth / 2);
  return Float32Array.from(
    { length: field.length / depth },
    (_, i) => field[i * depth + middle] as number,
  );
}
