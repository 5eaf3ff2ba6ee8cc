import { checkEnsemble, checkFrames, type Field } from "./field.ts";
import { rmse } from "./mse.ts";

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
 * The standard deviation of M ≥ 2 members around their mean, cell by cell, in the unit of the field; variances are
 * divided by M − 1.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the members differ in length.
 */
export function ensembleDeviation(members: readonly Field[]): Float64Array {
  const mean = ensembleMean(members);
  return mean.map((center, i) => {
    let sum = 0;
    for (const member of members) sum += ((member[i] as number) - center) ** 2;
    return Math.sqrt(sum / (members.length - 1));
  });
}

/**
 * The spread of an ensemble, √⟨s²⟩ with s² the members' variance in a cell (divided by M − 1) and the mean over cells,
 * in the unit of the field. Where several frames are compared, the variances are averaged before the root is taken.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the members differ in length.
 */
export function spread(members: readonly Field[]): number {
  const deviation = ensembleDeviation(members);
  return Math.sqrt(deviation.reduce((sum, s) => sum + s * s, 0) / deviation.length);
}

/**
 * The skill of an ensemble as a forecast: the root-mean-square error of its mean, √⟨(X̄ − y)²⟩, in the unit of the
 * field. 0 is perfect.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export const skill = (members: readonly Field[], truth: Field): number =>
  rmse(ensembleMean(members), truth);

/** √((M + 1)/M): what a calibrated ensemble of M members lacks of the error of its mean. */
export const spreadCorrection = (members: number): number => Math.sqrt((members + 1) / members);

/**
 * Spread over skill, √((M + 1)/M) · √⟨s²⟩ / √⟨(X̄ − y)²⟩: `spread` over `skill`, corrected for the size of the
 * ensemble, without unit. It is 1 where the truth could be one more member, below 1 where the ensemble is too sure of
 * itself. Source: Fortin et al., J. Hydrometeorology 15 (2014) 1708.
 *
 * @returns null where the mean of the ensemble has no error.
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function spreadSkillRatio(members: readonly Field[], truth: Field): number | null {
  const [first] = checkEnsemble(members);
  checkFrames(first, truth);
  const error = skill(members, truth);
  return error === 0 ? null : (spreadCorrection(members.length) * spread(members)) / error;
}
