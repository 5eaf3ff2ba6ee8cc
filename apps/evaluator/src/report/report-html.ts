import type { Evaluation } from "../measure/evaluation.ts";
import { modelStyles } from "./contestant-styles.ts";
import { findings } from "./findings.ts";
import { notes, quickWarning } from "./notes.ts";
import type { Picture } from "./pictures.ts";
import { isBest, tableColumns } from "./table-columns.ts";

const style = `
:root { color-scheme: light dark; --paper: #ffffff; --ink: #1a1a1a; --soft: #5a5f66; --line: #d8dbdf; --best: #e6f0f8; --warn: #fff3d6; }
@media (prefers-color-scheme: dark) { :root { --paper: #15181c; --ink: #e8eaed; --soft: #a2a9b2; --line: #363c44; --best: #1d3347; --warn: #43350f; } }
@media print { :root { color-scheme: light; --paper: #ffffff; --ink: #000000; --soft: #444444; --line: #bbbbbb; --best: #e6f0f8; --warn: #ffffff; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.25rem 1rem 3rem; max-width: 60rem; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; overflow-wrap: break-word; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .5rem; break-after: avoid; }
.soft, figcaption, .notes { color: var(--soft); font-size: .9rem; }
.quick { background: var(--warn); border: 1px solid var(--line); border-radius: .4rem; padding: .6rem .9rem; font-weight: 600; }
.findings li { margin-bottom: .5rem; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .9rem; font-variant-numeric: tabular-nums; width: 100%; }
th, td { padding: .3rem .5rem; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child { text-align: left; position: sticky; left: 0; background: var(--paper); }
thead th { vertical-align: bottom; line-height: 1.25; }
thead small { display: block; font-weight: 400; color: var(--soft); }
tbody th { font-weight: 500; }
tbody th small { display: block; font-weight: 400; color: var(--soft); white-space: normal; }
td.best { background: var(--best); font-weight: 700; }
.swatch { display: inline-block; width: .75rem; height: .75rem; border-radius: 50%; margin-right: .4rem; vertical-align: -.05rem; }
.swatch.ring { background: none; border: 2px solid; }
tr, li { break-inside: avoid; }
figure { margin: 1.5rem 0 2rem; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; min-width: 30rem; max-width: 46rem; }
figcaption { margin-top: .4rem; max-width: 46rem; }
@media print { body { max-width: none; padding: 0; font-size: 10pt; } figure svg { min-width: 0; max-width: 15cm; max-height: 20cm; } table { font-size: 8pt; } .scroll { overflow: visible; } th, td { padding: .2rem .3rem; } }
`;

/**
 * The report as one HTML page that needs nothing else: no script, no request, pictures inlined. It is
 * readable on a telephone, on paper, light and dark.
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
<style>${style}</style>
</head>
<body>
<header>
<h1>${escapeHtml(title)}</h1>
<p class="soft">${escapeHtml(`Experiment ${experiment}, evaluated ${day} on ${setting.device}.`)}</p>
${quick ? `<p class="quick">${escapeHtml(quickWarning)}</p>` : ""}
</header>
<main>
${
  sentences.length === 0
    ? ""
    : `<section><h2>In words</h2><ul class="findings">${sentences.map((sentence) => `<li>${escapeHtml(sentence)}</li>`).join("\n")}</ul></section>`
}
<section><h2>Table</h2>
<div class="scroll" tabindex="0" role="region" aria-label="Comparison of the models">
${table(evaluation)}
</div>
<p class="soft">The best value of a column is marked. The same figures are in <code>metrics.csv</code> and <code>summary.json</code>, the pictures beside them as PNG.</p>
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
  const styles = modelStyles(evaluation);
  const head = columns
    .map(
      ({ title, unit, explanation }) =>
        `<th scope="col" title="${escapeHtml(explanation)}">${escapeHtml(title)}<small>${escapeHtml(unit)}</small></th>`,
    )
    .join("");
  const rows = evaluation.models.map((model) => {
    const colour = styles.get(model.name)?.colour ?? "currentColor";
    const swatch =
      model.kind === "network"
        ? `<span class="swatch" style="background:${colour}"></span>`
        : `<span class="swatch ring" style="border-color:${colour}"></span>`;
    const cells = columns.map((column) => {
      const value = column.value(model);
      const best = isBest(column, model, evaluation);
      return `<td${best ? ' class="best"' : ""}>${value === null ? "–" : escapeHtml(column.format(value))}</td>`;
    });
    return `<tr><th scope="row">${swatch}${escapeHtml(model.name)}<small>${escapeHtml(model.description)}</small></th>${cells.join("")}</tr>`;
  });
  return `<table><thead><tr><th scope="col">model</th>${head}</tr></thead><tbody>
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
