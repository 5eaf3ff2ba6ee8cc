import { checkFrames, type Field } from "./field.ts";
import { momentsOf } from "./moments.ts";

/**
 * The Pearson correlation of two fields over their cells,
 *
 *   r = ⟨(x̂ − ⟨x̂⟩)(x − ⟨x⟩)⟩ / √(Var x̂ · Var x),
 *
 * between −1 and 1, without unit; 1 where one is the other but for unit and offset. The Well's `PearsonR` divides the
 * covariance by N and the deviations by N − 1, and gives r(N − 1)/N.
 *
 * @param prediction - x̂, `[...space]` flattened.
 * @param truth - x, of the same length.
 * @returns null where either is constant, to the precision of 32 bits.
 * @throws ShapeError when the fields differ in length.
 */
export function pearson(prediction: Field, truth: Field): number | null {
  checkFrames(prediction, truth);
  const [ours, theirs] = [momentsOf(prediction), momentsOf(truth)];
  if (ours.isConstant || theirs.isConstant) return null;
  let covariance = 0;
  for (let i = 0; i < truth.length; i++) {
    covariance += ((prediction[i] as number) - ours.mean) * ((truth[i] as number) - theirs.mean);
  }
  return covariance / truth.length / Math.sqrt(ours.variance * theirs.variance);
}
