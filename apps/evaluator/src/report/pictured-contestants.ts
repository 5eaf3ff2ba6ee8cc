import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { bestStudent } from "./best-student.ts";
import { drawnBudgets } from "./drawn-budgets.ts";
import { referenceOf } from "./wording.ts";

/** A contestant whose fields there are. */
export type Pictured = ContestantEvaluation & {
  readonly frames: NonNullable<ContestantEvaluation["frames"]>;
};

/**
 * The contestants whose fields are worth a look, of several budgets one. Baselines are left out, for one repeats the first frame and the other
 * has nothing to do with it.
 */
export const picturedContestants = (evaluation: Evaluation): readonly Pictured[] =>
  drawnBudgets(evaluation).filter(
    (contestant): contestant is Pictured =>
      contestant.kind !== "baseline" && contestant.frames !== null,
  );

/** The reference, its best student, the solver, and others while there are fewer than `most`; in their own order. */
export function mostTelling(evaluation: Evaluation, most: number): readonly Pictured[] {
  const all = picturedContestants(evaluation);
  const [reference, student] = [referenceOf(evaluation), bestStudent(evaluation)];
  const rank = ({ name, kind, warning, undistilled }: Pictured) => {
    if (name === reference?.name) return 0;
    if (name === student?.name) return 1;
    if (kind === "solver") return 2;
    return warning === undefined && !undistilled ? 3 : 4;
  };
  const chosen = new Set(all.toSorted((a, b) => rank(a) - rank(b)).slice(0, most));
  return all.filter((contestant) => chosen.has(contestant));
}
