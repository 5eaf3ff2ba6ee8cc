import type { Grid } from "@eddyflow/core";
import { derivative } from "./derivative.ts";
import { checkFrames, type Field } from "./field.ts";
import { momentsOf } from "./moments.ts";

/** Options of `h1Error`. */
export interface H1Options {
  /** ℓ, the length that makes the gradient comparable with the field; default the longest side over 2π. */
  readonly length?: number;
}

/**
 * The relative error in the Sobolev norm H¹, which sees the gradient as well as the values,
 *
 *   √(‖x̂ − x‖² / ‖x‖²),   ‖u‖² = ⟨u²⟩ + ℓ² Σᵢ ⟨(∂u/∂xᵢ)²⟩,
 *
 * without unit; 0 is perfect, the forecast 0 scores 1. With ℓ = L_max/2π a wave that fits n times along the longest
 * side counts 1 + n² times. Derivatives are those of `derivative`. Source: Li et al., "Learning dissipative dynamics in
 * chaotic systems" (2022); on periodic boxes of length 2π, ℓ = 1, it is their norm.
 *
 * @param prediction - x̂, `[...space]` flattened.
 * @param truth - x, of the same length.
 * @returns null where the truth is 0 everywhere.
 * @throws ShapeError when the fields differ in length or do not fit the grid.
 */
export function h1Error(
  prediction: Field,
  truth: Field,
  grid: Grid,
  { length = Math.max(...grid.extent) / (2 * Math.PI) }: H1Options = {},
): number | null {
  checkFrames(prediction, truth);
  const squaredNorm = (field: Field) =>
    grid.shape.reduce(
      (sum, _, axis) => sum + length ** 2 * momentsOf(derivative(field, grid, axis)).meanSquare,
      momentsOf(field).meanSquare,
    );
  const scale = squaredNorm(truth);
  if (scale === 0) return null;
  const error = Float64Array.from(truth, (value, i) => (prediction[i] as number) - value);
  return Math.sqrt(squaredNorm(error) / scale);
}
