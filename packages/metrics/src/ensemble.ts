import { checkEnsemble, checkFrames, type Field } from "./field.ts";

/**
 * The mean of M ≥ 2 members, cell by cell.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the members differ in length.
 */
export function ensembleMean(members: readonly Field[]): Float64Array {
  const [first] = checkEnsemble(members);
  const mean = new Float64Array(first.length);
  for (const member of members) {
    for (let i = 0; i < mean.length; i++) {
      mean[i] = (mean[i] as number) + (member[i] as number) / members.length;
    }
  }
  return mean;
}

/**
 * Spread over skill, √((M + 1)/M) · √⟨s²⟩ / √⟨(X̄ − y)²⟩: the root of the members' variance s² (divided by
 * M − 1) over the root-mean-square error of their mean X̄, corrected for the size of the ensemble. It is 1
 * where the truth could be one more member, below 1 where the ensemble is too sure of itself.
 * Source: Fortin et al., J. Hydrometeorology 15 (2014) 1708.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function spreadSkillRatio(members: readonly Field[], truth: Field): number {
  const mean = ensembleMean(members);
  checkFrames(mean, truth);
  const size = members.length;
  let variance = 0;
  let error = 0;
  for (let i = 0; i < mean.length; i++) {
    for (const member of members) {
      variance += ((member[i] as number) - (mean[i] as number)) ** 2 / (size - 1);
    }
    error += ((mean[i] as number) - (truth[i] as number)) ** 2;
  }
  return Math.sqrt((((size + 1) / size) * variance) / error);
}
