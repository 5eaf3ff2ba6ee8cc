import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { type BudgetLine, budgetChart } from "./budget-chart.ts";
import { samplerBudgets } from "./budget-lines.ts";
import { type BudgetScore, firstBudgetScores, otherBudgetScores } from "./budget-scores.ts";
import { timing } from "./cost-pictures.ts";
import { hasBudgets } from "./drawn-budgets.ts";
import type { Picture } from "./picture.ts";
import { significant } from "./wording.ts";

/** The scores to look at first over network evaluations and time; none where every contestant has one budget. */
export const budgetPictures = (evaluation: Evaluation): readonly (Picture | null)[] =>
  hasBudgets(evaluation)
    ? firstBudgetScores.map((score) => budgetPicture(evaluation, score, howToRead(evaluation)))
    : [];

/** All other scores over network evaluations and time. */
export const otherBudgetPictures = (evaluation: Evaluation): readonly (Picture | null)[] =>
  hasBudgets(evaluation)
    ? otherBudgetScores.map((score) => budgetPicture(evaluation, score, ""))
    : [];

const howToRead = (evaluation: Evaluation): string =>
  ` A line for each contestant and sampler; uprights are intervals of 95 % confidence, and what has no such cost is a dotted line. ${timing(evaluation)}`;

function budgetPicture(
  evaluation: Evaluation,
  look: BudgetScore,
  explanation: string,
): Picture | null {
  const lines = samplerBudgets(evaluation);
  const shows = (value: number) => Number.isFinite(value) && (look.yType === "linear" || value > 0);
  const over = (cost: (contestant: ContestantEvaluation) => number | null) => {
    const drawn = lines.map(
      ({ name, style, budgets }): BudgetLine => ({
        name,
        style,
        points: budgets.flatMap((contestant) => {
          const [x, score] = [cost(contestant), look.score(contestant)];
          if (x === null || score === null || score.value === null || !shows(score.value))
            return [];
          return [{ x, y: score.value, interval: score.interval }];
        }),
      }),
    );
    const levels = lines.flatMap(({ name, budgets: [first] }) => {
      const value = first === undefined || cost(first) !== null ? null : look.score(first)?.value;
      return value === null || value === undefined || !shows(value)
        ? []
        : [{ at: value, label: name }];
    });
    return { lines: drawn.filter(({ points }) => points.length > 0), levels };
  };
  const evaluations = over(({ nfePerStep }) => nfePerStep);
  const time = over(({ msPerStep }) => msPerStep);
  if (evaluations.lines.length === 0 && time.lines.length === 0) return null;
  const { name, title, ...options } = look;
  const figures = evaluations.lines.map(
    (line) =>
      `${line.name} ${line.points.map(({ x, y }) => `${significant(y)} at ${x}`).join(", ")}`,
  );
  return {
    name,
    ...budgetChart(
      title,
      [
        { xLabel: "network evaluations per step", ...evaluations },
        { xLabel: "time per step and sample (ms)", ...time },
      ],
      options,
    ),
    alt: `${title} over network evaluations: ${figures.join("; ")}. The same over the measured time. All figures are in metrics.csv.`,
    caption: `${title} over counted network evaluations and over measured time.${explanation}`,
  };
}
