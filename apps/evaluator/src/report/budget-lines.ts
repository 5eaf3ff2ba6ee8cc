import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import {
  type ContestantStyle,
  contestantStyles,
  samplerStyle,
  truthStyle,
} from "./contestant-styles.ts";

/** The budgets of a contestant by one sampler, the cheapest first. */
export interface SamplerBudgets {
  /** That of the contestant, and the sampler where it has several. */
  readonly name: string;
  readonly style: ContestantStyle;
  readonly budgets: readonly ContestantEvaluation[];
}

/** The contestants, one after another, each sampler of a contestant by itself. */
export function samplerBudgets(evaluation: Evaluation): readonly SamplerBudgets[] {
  const styles = contestantStyles(evaluation);
  const groups = [...new Set(evaluation.contestants.map(({ group }) => group))];
  return groups.flatMap((group) => {
    const all = evaluation.contestants.filter((contestant) => contestant.group === group);
    const samplers = [...new Set(all.map(({ sampler }) => sampler?.name ?? ""))];
    const style = styles.get(all[0]?.name ?? "") ?? truthStyle;
    return samplers.map((sampler, index) => ({
      name: samplers.length > 1 ? `${group}, ${sampler}` : group,
      style: samplerStyle(style, index),
      budgets: all
        .filter((one) => (one.sampler?.name ?? "") === sampler)
        .toSorted((a, b) => (a.nfePerStep ?? 0) - (b.nfePerStep ?? 0)),
    }));
  });
}
