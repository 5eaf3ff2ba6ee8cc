import type { Evaluation } from "../measure/evaluation.ts";
import type { Score } from "../measure/scores.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { type PageColumn, pageTable } from "./page-table.ts";
import { isBest, tableColumns } from "./table-columns.ts";
import { plural, significant } from "./wording.ts";

/** The first table of the page: what the terminal shows, with intervals, and under it what its marks mean. */
export function comparisonTable(evaluation: Evaluation): string {
  const columns = tableColumns(evaluation).map(
    (column): PageColumn => ({
      title: column.title,
      unit: column.unit,
      explanation: column.explanation,
      cell: (contestant) => {
        const value = column.value(contestant);
        if (value === null) return { text: "–", isBest: false, reason: column.absent };
        return {
          text: column.format(value),
          isBest: isBest(column, contestant, evaluation),
          ...intervalOf(column.score?.(contestant) ?? null),
        };
      },
    }),
  );
  const { contestants } = evaluation;
  const warned = contestants.some(({ warning }) => warning !== undefined);
  const marks = [
    "★ marks the best value of a column.",
    ...(warned
      ? ["† marks a model that is run otherwise than it learnt to be; it competes for no star."]
      : []),
    "The line and marker before a name are its own in every picture. Small figures under a score are its interval of 95 % confidence, where there are two trajectories or more.",
    "Every figure is in metrics.csv and summary.json, next to this page. The pictures are there as PNG, and overview.png is the report in one picture.",
  ];
  const groups = new Set(contestants.map(({ group }) => group)).size;
  const budgets = groups < contestants.length ? ` at ${contestants.length} budgets` : "";
  const caption = `${plural(groups, "contestant")}${budgets} on held-out trajectories, in the mean over channels`;
  return `${pageTable(evaluation, caption, columns)}
<p class="soft">${escapeMarkup(marks.join(" "))}</p>`;
}

/** The interval of a score as a cell has it; nothing where there is none. */
export function intervalOf(score: Score | null): { readonly interval?: readonly [string, string] } {
  const interval = score?.interval ?? null;
  if (interval === null || !interval.every(Number.isFinite)) return {};
  return { interval: [significant(interval[0]), significant(interval[1])] };
}
