import { checkFrames, type Field } from "./field.ts";

/**
 * ⟨|x̂ − x|⟩ over the cells and channels of one frame, in the unit of the field. It is the CRPS of a forecast
 * that is certain: what stands beside an ensemble's `fairCrps` for persistence.
 *
 * @throws ShapeError when the frames differ in length.
 */
export function meanAbsoluteError(prediction: Field, truth: Field): number {
  checkFrames(prediction, truth);
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    sum += Math.abs((prediction[i] as number) - (truth[i] as number));
  }
  return sum / truth.length;
}
