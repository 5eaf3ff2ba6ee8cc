import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { cheapestOfBest } from "./best-student.ts";

/** Whether some contestant has several budgets. */
export const hasBudgets = ({ contestants }: Evaluation): boolean =>
  new Set(contestants.map(({ group }) => group)).size < contestants.length;

/**
 * One budget of each contestant, for pictures in which a line or a row for each would be too many: of the reference's
 * contestant the reference, of others the one with the fewest network evaluations among those as good as its best.
 */
export function drawnBudgets({
  contestants,
  reference,
}: Evaluation): readonly ContestantEvaluation[] {
  const chosen = new Map<string, ContestantEvaluation>();
  for (const { group } of contestants) {
    const budgets = contestants.filter((contestant) => contestant.group === group);
    const sound = budgets.filter(({ warning }) => warning === undefined);
    const one =
      budgets.find(({ name }) => name === reference) ??
      cheapestOfBest(sound.length === 0 ? budgets : sound) ??
      budgets[0];
    if (one !== undefined) chosen.set(group, one);
  }
  return [...chosen.values()];
}

/** What a page says of `drawnBudgets`. */
export const drawnBudgetsNote =
  "Of a contestant with several budgets, curves and fields show one: of the teacher that with the most network evaluations, of others the one with the fewest among those whose CRPS is within 2 % of the contestant’s smallest. Tables and charts over cost have all.";
