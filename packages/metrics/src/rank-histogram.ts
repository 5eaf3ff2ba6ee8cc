import { checkEnsemble, checkFrames, type Field } from "./field.ts";

/**
 * The rank histogram: in which part of the cells the truth is above r of the M members, r = 0 … M. `[M + 1]`, adding up
 * to 1. It is flat, 1/(M + 1) each, where the truth could be one more member; high at both ends where the ensemble is
 * too sure of itself, high in the middle where it is too wide, and sloped where it is biased. A truth that equals some
 * members counts in equal parts for each rank that it could have among them.
 * Source: Hamill, Mon. Wea. Rev. 129 (2001) 550.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function rankHistogram(members: readonly Field[], truth: Field): Float64Array {
  const [first] = checkEnsemble(members);
  checkFrames(first, truth);
  const histogram = new Float64Array(members.length + 1);
  for (let cell = 0; cell < truth.length; cell++) {
    const actual = truth[cell] as number;
    let below = 0;
    let equal = 0;
    for (const member of members) {
      const value = member[cell] as number;
      if (value < actual) below++;
      else if (value === actual) equal++;
    }
    for (let rank = below; rank <= below + equal; rank++) {
      histogram[rank] = (histogram[rank] as number) + 1 / (equal + 1) / truth.length;
    }
  }
  return histogram;
}

/**
 * The part of the cells in which the truth lies between the smallest and the largest member, ends included; compare it
 * with `nominalCoverage`. Less means that the ensemble is too sure of itself.
 *
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function coverage(members: readonly Field[], truth: Field): number {
  const [first] = checkEnsemble(members);
  checkFrames(first, truth);
  let covered = 0;
  for (let cell = 0; cell < truth.length; cell++) {
    const actual = truth[cell] as number;
    let [below, above] = [false, false];
    for (const member of members) {
      const value = member[cell] as number;
      below ||= value <= actual;
      above ||= value >= actual;
    }
    if (below && above) covered++;
  }
  return covered / truth.length;
}

/** The coverage of M members where the truth could be one more of them: (M − 1)/(M + 1). */
export const nominalCoverage = (members: number): number => (members - 1) / (members + 1);
