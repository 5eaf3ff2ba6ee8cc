/** What is known of a contestant to find the one that it is compared with at equal cost. */
interface Costed {
  readonly undistilled: boolean;
  readonly nfePerStep: number | null;
  /** By which the better of two solvers is told; the lower the better. */
  readonly error: number | null;
}

/**
 * Of those with the reference's own weights, the one that a student of so many network evaluations has to beat: as many
 * evaluations as the student, or the most below that, and among those with equally many the solver with the least error.
 * Undefined where all cost more.
 */
export function atEqualCost<Contestant extends Costed>(
  contestants: readonly Contestant[],
  nfe: number,
): Contestant | undefined {
  const nfeOf = ({ nfePerStep }: Contestant) => nfePerStep ?? Number.POSITIVE_INFINITY;
  // What has no score, or lost it, is no rival.
  const errorOf = ({ error }: Contestant) =>
    error !== null && Number.isFinite(error) ? error : Number.POSITIVE_INFINITY;
  return contestants
    .filter((one) => one.undistilled && nfeOf(one) <= nfe)
    .toSorted((a, b) => nfeOf(b) - nfeOf(a) || errorOf(a) - errorOf(b))[0];
}
