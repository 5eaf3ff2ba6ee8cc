import { checkEnsemble, checkFrames, type Field } from "./field.ts";

/**
 * The fair continuous ranked probability score of an ensemble X₁ … X_M against the truth y,
 *
 *   CRPS = (1/M) Σᵢ |Xᵢ − y| − ½ · (1/(M(M − 1))) Σ_{i≠j} |Xᵢ − Xⱼ|,
 *
 * averaged over the cells and channels of one frame, in the unit of the field (normalise channels of different
 * units first). Lower is better. The expectation does not depend on M; the biased estimator divides by M²
 * instead and punishes small ensembles. A single cell may be negative. State M with the score.
 * Source: Ferro, Quart. J. Roy. Meteor. Soc. 140 (2014) 1917.
 *
 * @param members - M ≥ 2 frames, drawn independently from the forecast.
 * @throws ArgumentError for fewer than two members; a single forecast has `meanAbsoluteError`.
 * @throws ShapeError when the frames differ in length.
 */
export function fairCrps(members: readonly Field[], truth: Field): number {
  const [first] = checkEnsemble(members);
  checkFrames(first, truth);
  const size = members.length;
  const values = new Float64Array(size);
  let error = 0;
  let spread = 0;
  for (let cell = 0; cell < truth.length; cell++) {
    for (let i = 0; i < size; i++) {
      const value = (members[i] as Field)[cell] as number;
      error += Math.abs(value - (truth[cell] as number));
      for (let j = 0; j < i; j++) spread += Math.abs(value - (values[j] as number));
      values[i] = value;
    }
  }
  return (error / size - spread / (size * (size - 1))) / truth.length;
}
