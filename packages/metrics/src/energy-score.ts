import { checkEnsemble, checkFrames, type Field } from "./field.ts";
import { rmse } from "./mse.ts";

/**
 * The fair energy score of an ensemble X₁ … X_M against the truth y, the CRPS of whole fields instead of cells,
 *
 *   ES = (1/M) Σᵢ ‖Xᵢ − y‖ − ½ · (1/(M(M − 1))) Σ_{i≠j} ‖Xᵢ − Xⱼ‖,   ‖u‖ = √⟨u²⟩,
 *
 * in the unit of the field. Lower is better. Unlike the CRPS it sees whether the members vary together in space as the
 * truth does. Other texts have the Euclidean norm, which is larger by the root of the number of values; a single
 * member scores its RMSE. Source: Gneiting and Raftery, J. Amer. Stat. Assoc. 102 (2007) 359, equation 22; fair as in
 * Ferro (2014).
 *
 * @param members - M ≥ 2 frames, drawn independently from the forecast.
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function energyScore(members: readonly Field[], truth: Field): number {
  const [first] = checkEnsemble(members);
  checkFrames(first, truth);
  const size = members.length;
  let error = 0;
  let pairs = 0;
  for (const [i, member] of members.entries()) {
    error += rmse(member, truth);
    for (const other of members.slice(0, i)) pairs += rmse(member, other);
  }
  return error / size - pairs / (size * (size - 1));
}
