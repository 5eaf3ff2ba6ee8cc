import type { Evaluation } from "../measure/evaluation.ts";
import { comparisonTable } from "./comparison-table.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { findings } from "./findings.ts";
import { notes, quickWarning } from "./notes.ts";
import type { Picture } from "./picture.ts";
import { reportCss } from "./report-css.ts";
import { shareImages } from "./shared-images.ts";

/**
 * The report as one HTML page that needs nothing else: no request, the pictures inside.
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
<title>${escapeMarkup(title)}</title>
<link rel="icon" href="data:,">
<style>${reportCss}</style>
</head>
<body>
<header>
<h1>${escapeMarkup(title)}</h1>
<p class="soft">${escapeMarkup(`Experiment ${experiment}, evaluated on ${day} with ${setting.device}.`)}</p>
${quick ? `<p class="quick">${escapeMarkup(quickWarning)}</p>` : ""}
</header>
<main>
${section("In words", sentences.length === 0 ? "" : list("findings", sentences))}
${section("Table", comparisonTable(evaluation))}
${section("Pictures", pictures.map(figure).join("\n"))}
${section("How to read this", list("notes", notes(evaluation)))}
</main>
</body>
</html>
`;
}

function section(title: string, content: string): string {
  if (content === "") return "";
  const id = title.toLowerCase().replaceAll(" ", "-");
  return `<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}
</section>`;
}

const list = (name: string, sentences: readonly string[]): string =>
  `<ul class="${name}">${sentences.map((sentence) => `<li>${escapeMarkup(sentence)}</li>`).join("\n")}</ul>`;

/** Each width of page has the drawing that fits it; the other is hidden, also from a screen reader. */
function figure({ name, svg, narrow, alt, caption }: Picture): string {
  const described = (drawing: string) =>
    drawing.replace("<svg ", `<svg aria-label="${escapeMarkup(alt)}" `);
  const { first, second } = shareImages(name, described(svg), described(narrow));
  return `<figure id="${name}"><div class="wide">${first}</div><div class="narrow">${second}</div><figcaption>${escapeMarkup(caption)}</figcaption></figure>`;
}
