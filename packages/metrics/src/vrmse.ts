import type { Field } from "./field.ts";
import { momentsOf } from "./moments.ts";
import { mse } from "./mse.ts";
import type { NormalisedErrorOptions } from "./nrmse.ts";

/** Options of `vrmse`. */
export interface VrmseOptions extends NormalisedErrorOptions {
  /** What the sum of the variance is divided by, N the number of cells; default "N". */
  readonly divisor?: "N" | "N - 1";
}

/**
 * Variance-scaled root-mean-square error of one channel, VRMSE = √(⟨(x̂ − x)²⟩ / (Var x + εσ²)), without unit. A
 * perfect forecast scores 0, the forecast ⟨x⟩ 1, two unrelated states √2.
 *
 * Var x = Σ(x − ⟨x⟩)²/N is the variance over the cells of the frame. The Well (Ohana et al., 2024) divides by N − 1,
 * which `divisor` asks for; on N cells the two scores differ by a factor √(1 − 1/N). There ε is 1e-7 in the squared
 * unit of the data; here it is a part of σ², so that the score does not depend on the unit.
 *
 * @param prediction - x̂, `[...space]` flattened; `perChannel` splits a frame of several channels.
 * @param truth - x, of the same length.
 * @returns null where the truth is constant, to the precision of 32 bits.
 * @throws ShapeError when the fields differ in length.
 */
export function vrmse(
  prediction: Field,
  truth: Field,
  { epsilon = 1e-7, std = 1, divisor = "N" }: VrmseOptions = {},
): number | null {
  const error = mse(prediction, truth);
  const { variance, isConstant } = momentsOf(truth);
  if (isConstant) return null;
  const size = truth.length;
  const scale = divisor === "N" ? variance : (variance * size) / (size - 1);
  return Math.sqrt(error / (scale + epsilon * std ** 2));
}
