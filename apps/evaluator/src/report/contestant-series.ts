import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { contestantStyles, truthStyle } from "./contestant-styles.ts";
import { drawnBudgets } from "./drawn-budgets.ts";
import type { Series } from "./series-marks.ts";

/** A line for each contestant, in its own style; of several budgets for one. */
export function contestantSeries(
  evaluation: Evaluation,
  line: (contestant: ContestantEvaluation) => Pick<Series, "points" | "band">,
): readonly Series[] {
  const styles = contestantStyles(evaluation);
  return drawnBudgets(evaluation).map((contestant) => ({
    name: contestant.name,
    style: styles.get(contestant.name) ?? truthStyle,
    ...line(contestant),
  }));
}
