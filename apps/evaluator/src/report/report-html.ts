import { createHash } from "node:crypto";
import type { Evaluation } from "../measure/evaluation.ts";
import { animationHtml } from "./animation-html.ts";
import { animationScript } from "./animation-script.ts";
import { comparisonTable } from "./comparison-table.ts";
import { escapeMarkup } from "./escape-markup.ts";
import { findings } from "./findings.ts";
import { notes, quickWarning } from "./notes.ts";
import type { Picture } from "./picture.ts";
import { fieldsTitle, type PictureGroup } from "./pictures.ts";
import { referencePageTable } from "./reference-table.ts";
import { reportCss } from "./report-css.ts";
import { scoreTables } from "./score-tables.ts";
import { shareImages } from "./shared-images.ts";
import { plural } from "./wording.ts";

/**
 * The report as one HTML page that needs nothing else: no request, the pictures inside. The one script that may run is
 * known by its hash.
 */
export function reportHtml(evaluation: Evaluation, groups: readonly PictureGroup[]): string {
  const { title, experiment, date, quick, setting } = evaluation;
  const sentences = findings(evaluation);
  const day = date.replace("T", " ").replace(/(:\d\d)?(\.\d+)?Z$/, " UTC");
  const animation = groups.length === 0 ? "" : animationHtml(evaluation);
  const hash = createHash("sha256").update(animationScript).digest("base64");
  const drawn = groups.map(({ title, pictures, isFolded = false }) => {
    const content = [...pictures.map(figure), ...(title === fieldsTitle ? [animation] : [])].join(
      "\n",
    );
    return isFolded
      ? `<details><summary><h3>${title}</h3> (${plural(pictures.length, "chart")})</summary>\n${content}\n</details>`
      : `<h3>${title}</h3>\n${content}`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'${animation === "" ? "" : `; script-src 'sha256-${hash}'`}">
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
${section("Against the reference ensemble", referencePageTable(evaluation))}
${section("Pictures", drawn.join("\n"))}
${section("More scores", scoreTables(evaluation).trim())}
${section("How to read this", list("notes", notes(evaluation)))}
</main>
${animation === "" ? "" : `<script>${animationScript}</script>`}
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
    drawing
      .replace("<svg ", `<svg aria-label="${escapeMarkup(alt)}" `)
      // The word of SVG 1.1 is for the PNG; a browser wants the newer one, also where a picture comes again.
      .replaceAll('image-rendering="optimizeSpeed"', 'style="image-rendering:pixelated"');
  const { first, second } = shareImages(name, described(svg), described(narrow));
  return `<figure id="${name}"><div class="wide">${first}</div><div class="narrow">${second}</div><figcaption>${escapeMarkup(caption)}</figcaption></figure>`;
}
