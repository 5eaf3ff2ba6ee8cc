import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";

/** The models that learnt something of their own, run as they learnt to be: not the reference, nor its weights run otherwise. */
export const students = ({
  contestants,
  reference,
}: Evaluation): readonly ContestantEvaluation[] =>
  reference === null
    ? []
    : contestants.filter(
        ({ name, kind, undistilled, warning }) =>
          kind === "model" && !undistilled && warning === undefined && name !== reference,
      );

/** How much more error a cheaper student may have, relative to the smallest, and be the better one. */
export const asGood = 0.02;

/**
 * The one with the fewest network evaluations among those whose CRPS is within `asGood` of the smallest. The CRPS is that
 * of one step; where that was not measured, that at the end of the rollouts, or that against a reference ensemble. Null of
 * none.
 */
export function cheapestOfBest(
  contestants: readonly ContestantEvaluation[],
): ContestantEvaluation | null {
  const least = Math.min(...contestants.map(score));
  const [best = null] = contestants
    // A fair CRPS may come out below 0.
    .filter((contestant) => score(contestant) <= least + asGood * Math.abs(least))
    .toSorted((a, b) => (a.nfePerStep ?? 0) - (b.nfePerStep ?? 0) || score(a) - score(b));
  return best;
}

/** The `cheapestOfBest` of the students; null where there is no student. */
export const bestStudent = (evaluation: Evaluation): ContestantEvaluation | null =>
  cheapestOfBest(students(evaluation));

/** What is not a finite number comes last. */
function score({ oneStep, rollout, scores }: ContestantEvaluation): number {
  const value =
    oneStep?.crps ?? rollout?.crps.at(-1) ?? scores.ensemble?.crps?.mean.value ?? Number.NaN;
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}
