/** max |a − b|. */
export const largestDifference = (a: Float64Array, b: Float64Array): number =>
  a.reduce((largest, x, i) => Math.max(largest, Math.abs(x - (b[i] as number))), 0);

/** Mean over the grid. */
export const meanOf = (field: Float64Array): number =>
  field.reduce((sum, u) => sum + u, 0) / field.length;

/** Variance over the grid. */
export function varianceOf(field: Float64Array): number {
  const mean = meanOf(field);
  return field.reduce((sum, u) => sum + (u - mean) ** 2, 0) / field.length;
}

/** Pearson's correlation over the grid. */
export function correlation(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [meanOf(a), meanOf(b)];
  const product = a.reduce((sum, x, i) => sum + (x - meanA) * ((b[i] as number) - meanB), 0);
  return product / a.length / Math.sqrt(varianceOf(a) * varianceOf(b));
}
