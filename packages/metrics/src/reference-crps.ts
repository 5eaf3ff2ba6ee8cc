import { checkEnsembles, type Field } from "./field.ts";

/** Σ_{i<j} |xᵢ − xⱼ| of rising numbers. */
function pairSum(sorted: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < sorted.length; i++) {
    sum += (2 * i - sorted.length + 1) * (sorted[i] as number);
  }
  return sum;
}

/**
 * The fair CRPS of an ensemble X₁ … X_M in the mean over the members of a reference ensemble Y₁ … Y_R as truths,
 *
 *   CRPS = (1/MR) Σᵢₖ |Xᵢ − Yₖ| − ½ · (1/(M(M − 1))) Σ_{i≠j} |Xᵢ − Xⱼ|,
 *
 * averaged over cells, in the unit of the field. It is what `fairCrps` gives in the mean over truths, at the cost of sorting.
 * Its expectation does not depend on M and R. The least, ½E|Y − Y′|, is that of the reference's own law, not 0. One member is
 * taken as a forecast that is certain, and scores its mean absolute error.
 * Source: Ferro, Quart. J. Roy. Meteor. Soc. 140 (2014) 1917.
 *
 * @param members - M ≥ 1 frames, `[...space, channel]` flattened.
 * @param reference - R ≥ 1 frames of the same length.
 * @throws ArgumentError for an ensemble without members.
 * @throws ShapeError when the frames differ in length.
 */
export function referenceCrps(members: readonly Field[], reference: readonly Field[]): number {
  const [{ length: cells }] = checkEnsembles(members, reference);
  const [m, r] = [members.length, reference.length];
  const [own, theirs, all] = [m, r, m + r].map((size) => new Float64Array(size)) as [
    ...[Float64Array, Float64Array, Float64Array],
  ];
  let error = 0;
  let spread = 0;
  for (let cell = 0; cell < cells; cell++) {
    for (let i = 0; i < m; i++) own[i] = (members[i] as Field)[cell] as number;
    for (let i = 0; i < r; i++) theirs[i] = (reference[i] as Field)[cell] as number;
    all.set(own);
    all.set(theirs, m);
    const ownPairs = pairSum(own.sort());
    // The pairs of all but those within one of the two are the pairs between them.
    error += pairSum(all.sort()) - ownPairs - pairSum(theirs.sort());
    spread += ownPairs;
  }
  const pairs = m * Math.max(1, m - 1);
  return (error / (m * r) - spread / pairs) / cells;
}
