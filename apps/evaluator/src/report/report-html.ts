import type { Evaluation } from "../measure/evaluation.ts";
import { contestantStyles } from "./contestant-styles.ts";
import { findings } from "./findings.ts";
import { notes, quickWarning } from "./notes.ts";
import type { Picture } from "./picture.ts";
import { reportCss } from "./report-css.ts";
import { isBest, tableColumns } from "./table-columns.ts";

/**
 * The report as one HTML page that needs nothing else: no script, no request, the pictures inside.
 */
export function reportHtml(evaluation: Evaluation, pictures: readonly Picture[]): string {
  const { title, experiment, date, quick, setting } = evaluation;
  const sentences = findings(evaluation);
  const day = date.replace("T", " ").replace(/(:\d\d)?(\.\d+)?Z$/, " UTC");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<link rel="icon" href="data:,">
<style>${reportCss}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(`Experiment ${experiment}, evaluated on ${day} with ${setting.device}.`)}</p>
${quick ? `<p class="quick">${escapeHtml(quickWarning)}</p>` : ""}
</header>
<main>
${
  sentences.length === 0
    ? ""
    : `<section><h2>In words</h2><ul class="findings">${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("\n")}</ul></section>`
}
<section><h2>Table</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Comparison of the contestants">
${table(evaluation)}
</div>
<p class="soft">The best value in each column is marked. Filled dots are trained models; rings are the solver and the baselines. The same figures are in <code>metrics.csv</code> and <code>summary.json</code>, next to this page. The pictures are there as PNG, and <code>overview.png</code> is the report in one picture.</p>
</section>
<section><h2>Pictures</h2>
${pictures.map(figure).join("\n")}
</section>
<section><h2>How to read this</h2>
<ul class="notes">${notes(evaluation)
    .map((note) => `<li>${escapeHtml(note)}</li>`)
    .join("\n")}</ul>
</section>
</main>
</body>
</html>
`;
}

function table(evaluation: Evaluation): string {
  const columns = tableColumns(evaluation);
  const styles = contestantStyles(evaluation);
  const head = columns
    .map(
      ({ title, unit, explanation }) =>
        `<th scope="col" title="${escapeHtml(explanation)}">${escapeHtml(title)}<small>${escapeHtml(unit)}</small></th>`,
    )
    .join("");
  const rows = evaluation.contestants.map((contestant) => {
    const colour = styles.get(contestant.name)?.colour ?? "currentColor";
    const swatch =
      contestant.kind === "model"
        ? `<span class="swatch" style="background:${colour}"></span>`
        : `<span class="swatch ring" style="border-color:${colour}"></span>`;
    const cells = columns.map((column) => {
      const value = column.value(contestant);
      const best = isBest(column, contestant, evaluation);
      return `<td${best ? ' class="best"' : ""}>${value === null ? "–" : escapeHtml(column.format(value))}</td>`;
    });
    return `<tr><th scope="row">${swatch}${escapeHtml(contestant.name)}<small>${escapeHtml(contestant.description)}</small></th>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr><th scope="col">contestant</th>${head}</tr></thead><tbody>
${rows.join("\n")}
</tbody></table>`;
}

const figure = ({ name, svg, caption }: Picture): string =>
  `<figure id="${escapeHtml(name)}"><div class="scroll" tabindex="0">${svg}</div><figcaption>${escapeHtml(caption)}</figcaption></figure>`;

const escapeHtml = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
