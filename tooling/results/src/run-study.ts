import { copyFile, mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Summary } from "evaluator/summary";
import { measuredRows } from "./measured-rows.ts";
import { pageOf } from "./page.ts";
import type { Row } from "./rows.ts";
import { chosen } from "./studies/chosen.ts";
import type { Comparison, Study, StudyOptions } from "./study.ts";
import { sorted, tableOf } from "./table.ts";
import { keepWeights } from "./weights/keep-weights.ts";
import { readDone } from "./work/done.ts";
import { runWorks } from "./work/run-works.ts";
import { inOrder } from "./work/work.ts";
import { measuredOf, readPage } from "./written-page.ts";
import { writtenRow } from "./written-row.ts";

export interface RunStudyOptions extends StudyOptions {
  readonly signal: AbortSignal;
  /** Only tables whose heading contains it. */
  readonly table: string | undefined;
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

/** The comparisons whose heading contains a text, all of them without one. */
function wanted(all: readonly Comparison[], heading: string | undefined): readonly Comparison[] {
  return chosen(
    all.map((comparison) => ({ name: comparison.heading, comparison })),
    heading,
  ).map(({ comparison }) => comparison);
}

/**
 * Does what is missing for a study, and writes its page, its rows and its pictures. Of one table alone the page keeps
 * the others as they are.
 */
export async function runStudy(study: Study, options: RunStudyOptions): Promise<StudyOutcome> {
  const { place, signal, pages, command, together, keepsWeights, table } = options;
  const { root } = place;
  const comparisons = await study.plan(options);
  await mkdir(pages, { recursive: true });
  const now = wanted(comparisons, table);
  const worked = await runWorks(
    now.map(({ evaluation }) => evaluation),
    { name: "results", root, signal, together },
  );
  const before = await readPage(pages, study.name);
  const measure = async (comparison: Comparison) => {
    const { heading, evaluation } = comparison;
    const done = await Promise.all(inOrder([evaluation]).map((work) => readDone(root, work)));
    return {
      measured: { heading, key: evaluation.key, done: done.flatMap((each) => each ?? []) },
      rows: (await rowsOf(root, comparison)).map((row) => ({ table: heading, ...writtenRow(row) })),
      kept: keepsWeights ? await keepWeights(root, pages, [comparison]) : [],
    };
  };
  const parts = [];
  // One after the other: two tables may keep the same weights.
  for (const comparison of comparisons) {
    parts.push(
      now.includes(comparison) ? await measure(comparison) : measuredOf(before, comparison),
    );
  }
  const pictures = comparisons.map((comparison, i) =>
    picturesOf(study, comparison, i, comparisons),
  );
  await copyPictures(root, { pages, comparisons, pictures, now });
  const tables = parts.map((part) => part?.rows ?? []);
  const kept = parts.flatMap((part) => part?.kept ?? []);
  const measured = parts.map((part) => part?.measured ?? null);
  await writeWhole(
    join(pages, `${study.name}.json`),
    `${JSON.stringify({ study: study.name, tables: measured.filter((each) => each !== null), rows: tables.flat(), kept }, null, 2)}\n`,
  );
  const page = join(pages, `${study.name}.md`);
  const headings = comparisons.map(({ heading }) => heading);
  const answer = study.answer(tables, headings);
  const content = { study, comparisons, tables, answer, measured, pictures, kept, command };
  await writeWhole(page, pageOf(content));
  const text = comparisons
    .flatMap(({ heading, columns }, i) =>
      measured[i] === null ? [] : [`${heading}\n\n${tableOf(tables[i] ?? [], columns)}`],
    )
    .join("\n\n");
  return { ...{ tables, worked, page }, text: `${text}\n\n${answer}` };
}

async function rowsOf(root: string, { evaluation, labels, columns }: Comparison) {
  const summary = JSON.parse(
    await readFile(join(root, evaluation.folder, "summary.json"), "utf8"),
  ) as Summary;
  return sorted(measuredRows(summary, labels), columns);
}

/** Pictures beside the page, named after the study and the comparison. */
const picturesOf = (
  { name }: Study,
  { pictures }: Comparison,
  i: number,
  { length }: readonly Comparison[],
) =>
  pictures.map(({ file, about }) => ({
    ...{ about, file: join(name, length === 1 ? file : `${i + 1}-${file}`) },
    original: file,
  }));

async function copyPictures(
  root: string,
  {
    pages,
    comparisons,
    pictures,
    now,
  }: {
    readonly pages: string;
    readonly comparisons: readonly Comparison[];
    readonly pictures: readonly ReturnType<typeof picturesOf>[];
    readonly now: readonly Comparison[];
  },
): Promise<void> {
  for (const [i, comparison] of comparisons.entries()) {
    if (!now.includes(comparison)) continue;
    for (const { file, original } of pictures[i] ?? []) {
      const to = join(pages, file);
      await mkdir(dirname(to), { recursive: true });
      await copyFile(join(root, comparison.evaluation.folder, original), to);
    }
  }
}
