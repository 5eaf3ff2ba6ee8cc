import { type Grid, ShapeError } from "@eddyflow/core";
import { realFft, wavenumbers } from "@eddyflow/spectral";
import type { Field } from "./field.ts";

/**
 * ∂u/∂xᵢ of a field on its grid, in the unit of the field over that of the extent. Along a periodic axis the derivative
 * is that of the interpolating waves, û_k → ik û_k with k = 2πn/L, 0 for the Nyquist mode. Along an axis with walls it
 * is by central differences, (u_{j+1} − u_{j−1})/2h, and one-sided ones of second order at the ends,
 * ±(−3u₀ + 4u₁ − u₂)/2h; of first order where there are two points.
 *
 * @param field - `[...space]` flattened.
 * @param axis - i, in array order.
 * @returns `[...space]` flattened.
 * @throws ShapeError where the field does not have the shape of the grid.
 */
export function derivative(field: Field, grid: Grid, axis: number): Float64Array {
  const { shape, extent, boundary } = grid;
  if (field.length !== shape.reduce((size, n) => size * n, 1) || shape[axis] === undefined) {
    throw new ShapeError({
      problem: `a field of ${field.length} numbers has no derivative along axis ${axis} of a grid of shape [${shape.join(", ")}]`,
      expected: "a number for each point, and an axis of the grid",
      remedy: "give one channel of a frame and its grid",
    });
  }
  const points = shape[axis];
  const stride = shape.slice(axis + 1).reduce((size, n) => size * n, 1);
  const ofLine =
    boundary[axis] === "periodic"
      ? alongPeriod(points, extent[axis] as number)
      : betweenWalls(points, (extent[axis] as number) / points);
  const result = new Float64Array(field.length);
  const line = new Float64Array(points);
  for (let start = 0; start < field.length; start += points * stride) {
    for (let inner = start; inner < start + stride; inner++) {
      for (let j = 0; j < points; j++) line[j] = field[inner + j * stride] as number;
      const slope = ofLine(line);
      for (let j = 0; j < points; j++) result[inner + j * stride] = slope[j] as number;
    }
  }
  return result;
}

function alongPeriod(points: number, extent: number): (line: Float64Array) => Float64Array {
  const { forward, inverse } = realFft([points]);
  const k = wavenumbers(points, extent);
  return (line) => {
    const spectrum = forward(line);
    for (let mode = 0; 2 * mode < spectrum.length; mode++) {
      const factor = 2 * mode === points ? 0 : (k[mode] as number);
      const [re, im] = [spectrum[2 * mode] as number, spectrum[2 * mode + 1] as number];
      spectrum[2 * mode] = -factor * im;
      spectrum[2 * mode + 1] = factor * re;
    }
    return inverse(spectrum);
  };
}

function betweenWalls(points: number, h: number): (line: Float64Array) => Float64Array {
  const end = (u0: number, u1: number, u2: number | undefined) =>
    u2 === undefined ? (u1 - u0) / h : (-3 * u0 + 4 * u1 - u2) / (2 * h);
  return (line) => {
    const slope = new Float64Array(points);
    if (points === 1) return slope;
    const at = (j: number) => line[j] as number;
    for (let j = 1; j < points - 1; j++) slope[j] = (at(j + 1) - at(j - 1)) / (2 * h);
    slope[0] = end(at(0), at(1), line[2]);
    slope[points - 1] = -end(at(points - 1), at(points - 2), line[points - 3]);
    return slope;
  };
}
