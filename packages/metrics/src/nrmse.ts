import type { Field } from "./field.ts";
import { momentsOf } from "./moments.ts";
import { mse } from "./mse.ts";

/** Options of `nrmse` and of `vrmse`. */
export interface NormalisedErrorOptions {
  /** ε, as a part of the squared deviation of the training data; default 1e-7, as in The Well. */
  readonly epsilon?: number;
  /** σ, the standard deviation of the training data in the unit of the fields; default 1, that of normalised fields. */
  readonly std?: number;
}

/**
 * The root-mean-square error over the root mean square of the truth, NRMSE = √(⟨(x̂ − x)²⟩ / (⟨x²⟩ + εσ²)), without
 * unit. 0 is perfect, and the forecast 0 scores 1. It depends on where the zero of the field lies; `vrmse` does not.
 * Source: The Well (Ohana et al., 2024), where ε is 1e-7 in the squared unit of the data.
 *
 * @param prediction - x̂, `[...space]` flattened.
 * @param truth - x, of the same length.
 * @returns null where the truth is 0 everywhere.
 * @throws ShapeError when the fields differ in length.
 */
export function nrmse(
  prediction: Field,
  truth: Field,
  { epsilon = 1e-7, std = 1 }: NormalisedErrorOptions = {},
): number | null {
  const error = mse(prediction, truth);
  const { meanSquare } = momentsOf(truth);
  return meanSquare === 0 ? null : Math.sqrt(error / (meanSquare + epsilon * std ** 2));
}
