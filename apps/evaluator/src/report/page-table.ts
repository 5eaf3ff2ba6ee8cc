import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { contestantStyles, truthStyle } from "./contestant-styles.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { styleSample } from "./series-marks.ts";

/** A figure in a table of the page. */
interface PageCell {
  /** "–" where there is no value. */
  readonly text: string;
  readonly isBest: boolean;
  /** From where to where the value may lie. */
  readonly interval?: readonly [string, string];
  /** Why there is no value, or what it leaves out. */
  readonly reason?: string;
}

/** A column of figures. */
export interface PageColumn {
  readonly title: string;
  readonly unit: string;
  readonly explanation: string;
  /** Columns of one group stand under one heading. */
  readonly group?: string;
  readonly cell: (contestant: ContestantEvaluation) => PageCell;
}

/** A table with a row for each contestant and budget, which a narrow page scrolls, and under it why figures are missing. */
export function pageTable(
  evaluation: Evaluation,
  caption: string,
  columns: readonly PageColumn[],
): string {
  const styles = contestantStyles(evaluation);
  const groups = evaluation.contestants.map(({ group }) => group);
  const parts = new Set(groups.filter((group, index) => groups.indexOf(group) !== index));
  const rows = evaluation.contestants.map((contestant) => {
    const { name, group, description, seeds, warning, isAdded } = contestant;
    const sample = styleSample(styles.get(name) ?? truthStyle).replace(
      'role="img"',
      'aria-hidden="true"',
    );
    const mark = warning === undefined ? "" : "<sup>†</sup>";
    const cells = columns.map(({ cell }) => cellHtml(cell(contestant))).join("");
    const how = [
      description,
      ...(seeds > 1 ? [`mean of ${seeds} seeds`] : []),
      ...(isAdded ? ["added for comparison"] : []),
    ].join(", ");
    const isPart = parts.has(group);
    const shown = isPart && name.startsWith(`${group}@`) ? name.slice(group.length + 1) : name;
    const row = `<tr><th scope="row">${isPart ? "" : sample}${escapeMarkup(shown)}${mark}<small>${escapeMarkup(how)}</small></th>${cells}</tr>`;
    return { group, row, head: isPart ? `${sample}${escapeMarkup(group)}` : null };
  });
  // The budgets of a contestant stand under its name.
  const bodies = [...new Set(rows.map(({ group }) => group))].map((group) => {
    const own = rows.filter((row) => row.group === group);
    const head = own[0]?.head ?? null;
    const over =
      head === null
        ? ""
        : `<tr class="group"><th scope="rowgroup">${head}</th><td colspan="${columns.length}"></td></tr>\n`;
    return `<tbody>${over}${own.map(({ row }) => row).join("\n")}</tbody>`;
  });
  return `<div class="scroll" tabindex="0" role="group" aria-label="${escapeMarkup(`${caption}; may be scrolled`)}">
<table><caption>${escapeMarkup(caption)}</caption>
<thead>${headHtml(columns)}</thead>
${bodies.join("\n")}
</table>
</div>
${reasonsHtml(evaluation, columns)}`;
}

function headHtml(columns: readonly PageColumn[]): string {
  const heads = columns.map(
    ({ title, unit, explanation }) =>
      `<th scope="col" title="${escapeMarkup(explanation)}">${escapeMarkup(title)}<small>${escapeMarkup(unit)}</small></th>`,
  );
  const groups = [...new Set(columns.flatMap(({ group }) => group ?? []))];
  if (groups.length === 0) return `<tr><th scope="col">contestant</th>${heads.join("")}</tr>`;
  const over = groups.map((name) => {
    const width = columns.filter(({ group }) => group === name).length;
    return `<th scope="colgroup" colspan="${width}">${escapeMarkup(name)}</th>`;
  });
  return `<tr><th scope="col" rowspan="2">contestant</th>${over.join("")}</tr><tr class="under">${heads.join("")}</tr>`;
}

function cellHtml({ text, isBest, interval, reason }: PageCell): string {
  const value =
    reason === undefined
      ? escapeMarkup(text)
      : `<abbr title="${escapeMarkup(reason)}">${escapeMarkup(text)}</abbr>`;
  const star = isBest ? '<span class="star" role="img" aria-label="best">★</span>' : "";
  const between =
    interval === undefined ? "" : `<small>${escapeMarkup(interval.join(" … "))}</small>`;
  return `<td${isBest ? ' class="best"' : ""}>${value}${star}${between}</td>`;
}

/** Each reason once, with the columns that it is said of. */
function reasonsHtml({ contestants }: Evaluation, columns: readonly PageColumn[]): string {
  const titles = new Map<string, Set<string>>();
  for (const { title, group, cell } of columns)
    for (const contestant of contestants) {
      const { text, reason } = cell(contestant);
      if (text !== "–" || reason === undefined) continue;
      const name = group === undefined ? title : `${title} of ${group}`;
      titles.set(reason, (titles.get(reason) ?? new Set()).add(name));
    }
  if (titles.size === 0) return "";
  const said = [...titles].map(([reason, names]) => `${[...names].join(", ")}: ${reason}`);
  return `<p class="soft">${escapeMarkup(`– means that there is no value. ${said.join("; ")}.`)}</p>`;
}
