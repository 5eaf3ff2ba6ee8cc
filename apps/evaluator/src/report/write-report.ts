import { randomUUID } from "node:crypto";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Evaluation } from "../measure/evaluation.ts";
import { metricsCsv } from "./metrics-csv.ts";
import { overviewPicture } from "./overview-picture.ts";
import { pictureGroups } from "./pictures.ts";
import { reportHtml } from "./report-html.ts";
import { spectraCsv } from "./spectra-csv.ts";
import { summary } from "./summary.ts";
import { svgToPng } from "./svg-to-png.ts";

/**
 * Writes the report into a folder: pictures, tables and the page. `summary.json` comes last: where it is, the rest
 * is too. Each file appears whole or not at all, in place of what lies there: a link too.
 */
export async function writeReport(folder: string, evaluation: Evaluation): Promise<void> {
  await mkdir(folder, { recursive: true });
  const groups = pictureGroups(evaluation);
  const drawn = groups.flatMap(({ pictures, isFolded }) => (isFolded === true ? [] : pictures));
  const overview = overviewPicture(evaluation);
  for (const { name, svg } of overview === null ? drawn : [overview, ...drawn]) {
    await writeWhole(join(folder, `${name}.png`), svgToPng(svg));
  }
  await writeWhole(join(folder, "metrics.csv"), metricsCsv(evaluation));
  if (evaluation.truthShells !== null) {
    await writeWhole(join(folder, "spectra.csv"), spectraCsv(evaluation));
  }
  await writeWhole(join(folder, "report.html"), reportHtml(evaluation, groups));
  const json = `${JSON.stringify(summary(evaluation), null, 2)}\n`;
  await writeWhole(join(folder, "summary.json"), json);
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const writing = `${path}.${randomUUID()}.writing`;
  try {
    // "wx": nothing that lies there is written through; in place of the file itself a link is replaced.
    await writeFile(writing, content, { flush: true, flag: "wx" });
    await rename(writing, path);
  } catch (error) {
    await rm(writing, { force: true });
    throw error;
  }
}
