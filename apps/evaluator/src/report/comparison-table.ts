import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { contestantStyles, truthStyle } from "./contestant-styles.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { styleSample } from "./series-marks.ts";
import { isBest, type TableColumn, tableColumns } from "./table-columns.ts";

/** The table of the page: a row for each contestant, and under it what its marks mean. */
export function comparisonTable(evaluation: Evaluation): string {
  const columns = tableColumns(evaluation);
  const styles = contestantStyles(evaluation);
  const head = columns
    .map(
      ({ title, unit, explanation }) =>
        `<th scope="col" title="${escapeMarkup(explanation)}">${escapeMarkup(title)}<small>${escapeMarkup(unit)}</small></th>`,
    )
    .join("");
  const rows = evaluation.contestants.map((contestant) => {
    const { name, description, warning } = contestant;
    const sample = styleSample(styles.get(name) ?? truthStyle).replace(
      "<svg ",
      '<svg aria-hidden="true" ',
    );
    const mark = warning === undefined ? "" : "<sup>†</sup>";
    const cells = columns.map((column) => cell(column, contestant, evaluation)).join("");
    return `<tr><th scope="row">${sample}${escapeMarkup(name)}${mark}<small>${escapeMarkup(description)}</small></th>${cells}</tr>`;
  });
  const marks = [
    "★ marks the best value of a column.",
    ...dashes(columns, evaluation),
    ...(rows.some((row) => row.includes("†"))
      ? ["† marks a model that is run otherwise than it learnt to be; it competes for no star."]
      : []),
    "The line and marker before a name are its own in every picture.",
    "The same figures are in metrics.csv and summary.json, next to this page. The pictures are there as PNG, and overview.png is the report in one picture.",
  ];
  return `<div class="scroll" tabindex="0" role="group" aria-label="Comparison of the contestants, may be scrolled">
<table><caption>${escapeMarkup(rows.length === 1 ? "The contestant" : `${rows.length} contestants`)} on held-out trajectories</caption>
<thead><tr><th scope="col">contestant</th>${head}</tr></thead><tbody>
${rows.join("\n")}
</tbody></table>
</div>
<p class="soft">${escapeMarkup(marks.join(" "))}</p>`;
}

function cell(
  column: TableColumn,
  contestant: ContestantEvaluation,
  evaluation: Evaluation,
): string {
  const value = column.value(contestant);
  if (value === null) return `<td><abbr title="${escapeMarkup(column.absent)}">–</abbr></td>`;
  const text = escapeMarkup(column.format(value));
  return isBest(column, contestant, evaluation)
    ? `<td class="best">${text}<span aria-label="best">★</span></td>`
    : `<td>${text}</td>`;
}

/** What "–" means, column by column, where there is one. */
function dashes(columns: readonly TableColumn[], { contestants }: Evaluation): string[] {
  const reasons = new Map<string, string[]>();
  for (const column of columns) {
    if (contestants.every((contestant) => column.value(contestant) !== null)) continue;
    const titles = reasons.get(column.absent) ?? [];
    reasons.set(column.absent, [...titles, column.title]);
  }
  if (reasons.size === 0) return [];
  const said = [...reasons].map(
    ([reason, titles]) => `${[...new Set(titles)].join(", ")}: ${reason}`,
  );
  return [`– means that there is no value (${said.join("; ")}).`];
}
