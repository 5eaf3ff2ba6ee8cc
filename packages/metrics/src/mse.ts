import { checkFrames, type Field } from "./field.ts";

/**
 * The mean square error MSE = ⟨(x̂ − x)²⟩ over the cells of a field, in the squared unit of the field. 0 is perfect.
 *
 * @param prediction - x̂, `[...space]` flattened.
 * @param truth - x, of the same length.
 * @throws ShapeError when the fields differ in length.
 */
export function mse(prediction: Field, truth: Field): number {
  checkFrames(prediction, truth);
  let sum = 0;
  for (let i = 0; i < truth.length; i++) {
    sum += ((prediction[i] as number) - (truth[i] as number)) ** 2;
  }
  return sum / truth.length;
}

/**
 * The root of `mse`, RMSE = √⟨(x̂ − x)²⟩, in the unit of the field. 0 is perfect.
 *
 * @throws ShapeError when the fields differ in length.
 */
export const rmse = (prediction: Field, truth: Field): number => Math.sqrt(mse(prediction, truth));
