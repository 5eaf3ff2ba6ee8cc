import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Summary } from "evaluator/summary";
import { measuredRows } from "./measured-rows.ts";
import { pageOf } from "./page.ts";
import type { Row } from "./rows.ts";
import type { Comparison, Study, StudyOptions } from "./study.ts";
import { sorted, tableOf } from "./table.ts";
import { keepWeights } from "./weights/keep-weights.ts";
import { readDone } from "./work/done.ts";
import { runWorks } from "./work/run-works.ts";
import { inOrder } from "./work/work.ts";
import { writtenRow } from "./written-row.ts";

export interface RunStudyOptions extends StudyOptions {
  readonly signal: AbortSignal;
  /** Folder of the page, absolute. */
  readonly pages: string;
  /** The command that was typed. */
  readonly command: string;
  /** Whether weights are kept beside the page. */
  readonly keepsWeights: boolean;
  /** Works that run at the same time. */
  readonly together: number;
}

/** What a study found. */
export interface StudyOutcome {
  readonly tables: readonly (readonly Row[])[];
  /** Its tables as they are printed. */
  readonly text: string;
  /** How much had to be done for it. */
  readonly worked: number;
  /** Its page, absolute. */
  readonly page: string;
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.partial`, text);
  await rename(`${path}.partial`, path);
}

/** Does what is missing for a study, and writes its page, its rows and its pictures. */
export async function runStudy(study: Study, options: RunStudyOptions): Promise<StudyOutcome> {
  const { place, signal, pages, command, together, keepsWeights } = options;
  const { root } = place;
  const comparisons = await study.plan(options);
  const evaluations = comparisons.map(({ evaluation }) => evaluation);
  const worked = await runWorks(evaluations, { name: "results", root, signal, together });
  const tables = await Promise.all(comparisons.map((each) => rowsOf(root, each)));
  const done = (
    await Promise.all(inOrder(evaluations).map((work) => readDone(root, work)))
  ).flatMap((each) => each ?? []);
  const pictures = await copyPictures(root, { study, comparisons, pages });
  const kept = keepsWeights ? await keepWeights(root, pages, comparisons) : [];
  const rows = comparisons.flatMap(({ heading }, i) =>
    (tables[i] ?? []).map((row) => ({ table: heading, ...writtenRow(row) })),
  );
  await writeWhole(
    join(pages, `${study.name}.json`),
    `${JSON.stringify({ study: study.name, rows, kept }, null, 2)}\n`,
  );
  const page = join(pages, `${study.name}.md`);
  await writeWhole(page, pageOf({ study, comparisons, tables, pictures, kept, done, command }));
  const text = comparisons
    .map(({ heading, columns }, i) => `${heading}\n\n${tableOf(tables[i] ?? [], columns)}`)
    .join("\n\n");
  return { ...{ tables, worked, page }, text: `${text}\n\n${study.answer(tables)}` };
}

async function rowsOf(root: string, { evaluation, labels, columns }: Comparison) {
  const summary = JSON.parse(
    await readFile(join(root, evaluation.folder, "summary.json"), "utf8"),
  ) as Summary;
  return sorted(measuredRows(summary, labels), columns);
}

/** Pictures beside the page, named after the study and the comparison. */
async function copyPictures(
  root: string,
  {
    study,
    comparisons,
    pages,
  }: {
    readonly study: Study;
    readonly comparisons: readonly Comparison[];
    readonly pages: string;
  },
) {
  await mkdir(join(pages, study.name), { recursive: true });
  return Promise.all(
    comparisons.map(({ pictures, evaluation }, i) =>
      Promise.all(
        pictures.map(async ({ file, about }) => {
          const own = join(study.name, comparisons.length === 1 ? file : `${i + 1}-${file}`);
          await copyFile(join(root, evaluation.folder, file), join(pages, own));
          return { file: own, about };
        }),
      ),
    ),
  );
}
