import { checkEnsemble, checkFrames, type Field } from "./field.ts";

/** The two sums that every estimator of the CRPS is made of, averaged over cells. */
interface CrpsTerms {
  /** M. */
  readonly size: number;
  /** (1/M) Σᵢ |Xᵢ − y|. */
  readonly error: number;
  /** Σ_{i<j} |Xᵢ − Xⱼ|. */
  readonly pairs: number;
}

/**
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function crpsTerms(members: readonly Field[], truth: Field): CrpsTerms {
  const [first] = checkEnsemble(members);
  checkFrames(first, truth);
  const size = members.length;
  const values = new Float64Array(size);
  let error = 0;
  let pairs = 0;
  for (let cell = 0; cell < truth.length; cell++) {
    for (let i = 0; i < size; i++) {
      const value = (members[i] as Field)[cell] as number;
      error += Math.abs(value - (truth[cell] as number));
      for (let j = 0; j < i; j++) pairs += Math.abs(value - (values[j] as number));
      values[i] = value;
    }
  }
  return { size, error: error / size / truth.length, pairs: pairs / truth.length };
}
