import { crpsTerms } from "./crps-terms.ts";
import type { Field } from "./field.ts";

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
  return almostFairCrps(members, truth, { alpha: 1 });
}

/** Options of `almostFairCrps`. */
export interface AlmostFairOptions {
  /** α, 0 for the biased estimator, 1 for the fair one; default .95, as in the paper. */
  readonly alpha?: number;
}

/**
 * The almost fair CRPS, α times the fair estimator plus 1 − α times the biased one,
 *
 *   (1/M) Σᵢ |Xᵢ − y| − (1 − ε)/(2M(M − 1)) Σ_{i≠j} |Xᵢ − Xⱼ|,   ε = (1 − α)/M,
 *
 * averaged over the cells and channels of one frame, in the unit of the field. Unlike the fair score it cannot be made
 * small by one member that is right while the others are anywhere, which is why networks are trained by it. Lower is
 * better. Source: Lang et al., "AIFS-CRPS" (2024), arXiv 2412.15832.
 *
 * @param members - M ≥ 2 frames, drawn independently from the forecast.
 * @throws ArgumentError for fewer than two members.
 * @throws ShapeError when the frames differ in length.
 */
export function almostFairCrps(
  members: readonly Field[],
  truth: Field,
  { alpha = 0.95 }: AlmostFairOptions = {},
): number {
  const { size, error, pairs } = crpsTerms(members, truth);
  return error - ((1 - (1 - alpha) / size) * pairs) / (size * (size - 1));
}
