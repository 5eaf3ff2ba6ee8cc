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
 * of one step, or that at the end of the rollouts where one step was not measured. Null of none.
 */
export function cheapestOfBest(
  contestants: readonly ContestantEvaluation[],
): ContestantEvaluation | null {
  const least = Math.min(...contestants.map(score));
  const [best = null] = contestants
    .filter((contestant) => score(contestant) <= (1 + asGood) * least)
    .toSorted((a, b) => (a.nfePerStep ?? 0) - (b.nfePerStep ?? 0) || score(a) - score(b));
  return best;
}

/** The `cheapestOfBest` of the students; null where there is no student. */
export const bestStudent = (evaluation: Evaluation): ContestantEvaluation | null =>
  cheapestOfBest(students(evaluation));

/** What is not a finite number comes last. */
function score({ oneStep, rollout }: ContestantEvaluation): number {
  const value = oneStep?.crps ?? rollout?.crps.at(-1) ?? Number.NaN;
  return Number.isFinite(value) ? value : Number.POSITIVE_INFINITY;
}
