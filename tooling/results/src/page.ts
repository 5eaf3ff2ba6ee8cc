import { formatDuration } from "command-line";
import type { Row } from "./rows.ts";
import type { Comparison, Study } from "./study.ts";
import { legendOf, tableOf } from "./table.ts";
import { checkedColumns, type KeptTable } from "./weights/kept.ts";
import type { Done } from "./work/done.ts";
import type { MeasuredTable } from "./written-page.ts";

export interface PageOptions {
  readonly study: Study;
  readonly comparisons: readonly Comparison[];
  /** Rows of each comparison, in the order in which they are shown. */
  readonly tables: readonly (readonly Row[])[];
  /** The study's answer from these rows. */
  readonly answer: string;
  /** File names of the pictures of each comparison, beside the page, with what they show. */
  readonly pictures: readonly (readonly { readonly file: string; readonly about: string }[])[];
  /** Weights beside the page. */
  readonly kept: readonly KeptTable[];
  /** Of each comparison; null where it is not measured yet. */
  readonly measured: readonly (MeasuredTable | null)[];
  /** The command that makes the page again. */
  readonly command: string;
}

/** How long something took in all, with the processors it took that on. */
function timeOf(done: readonly Done[]): string {
  const timed = done.filter(({ seconds }) => seconds !== null);
  const total = timed.reduce((sum, { seconds }) => sum + (seconds as number), 0);
  const processors = [...new Set(done.map(({ processor }) => processor))].join("; ");
  const rest = done.length - timed.length;
  return `${formatDuration(total)} on ${processors}${
    rest === 0
      ? ""
      : `, without ${rest} of ${done.length} parts that were interrupted or ran beside others`
  }`;
}

/** Where the weights are, and what they are for. */
function weightsOf({ name }: Study, kept: readonly KeptTable[]): readonly string[] {
  const folders = new Set(
    kept.flatMap(({ models }) =>
      models.flatMap(({ weights }) => weights.map((each) => each.folder)),
    ),
  );
  if (folders.size === 0) return [];
  const check = `\`pnpm results --check --study ${name}\``;
  const isMade = kept.some((table) => checkedColumns(table).length > 0);
  return [
    "## Weights",
    `These models stand beside this page, as \`loadSurrogate\` of [\`@eddyflow/surrogate\`](../packages/surrogate) reads them. ${isMade ? `${check} simulates the test data and makes their figures after one step again.` : `${check} compares them with the hashes in the file beside the page; their figures need an ensemble of the solver's.`}`,
    [...folders].map((folder) => `- [\`${folder}\`](${folder})`).join("\n"),
  ];
}

/** The page of a study as Markdown: the answer first, then tables and pictures, then how to make it again. */
export function pageOf({
  study,
  comparisons,
  tables,
  answer,
  measured,
  pictures,
  kept,
  command,
}: PageOptions): string {
  const done = measured
    .flatMap((each) => each?.done ?? [])
    .filter(({ key }, i, all) => all.findIndex((other) => other.key === key) === i);
  const parts = comparisons.map(({ heading, about, columns }, i) => {
    if ((measured[i] ?? null) === null) {
      const alone = `pnpm results --study ${study.name} --table "${heading}"`;
      return [`## ${heading}`, about, `Not measured yet; \`${alone}\` does it.`].join("\n\n");
    }
    return [
      `## ${heading}`,
      about,
      tableOf(tables[i] ?? [], columns),
      ...(pictures[i] ?? []).map(({ file, about: alt }) => `![${alt}](${file})`),
      legendOf(columns),
    ].join("\n\n");
  });
  return `${[
    `# ${study.title}`,
    study.question,
    `**${answer}**`,
    ...parts,
    "In brackets: 95 % intervals, by bootstrap over trajectories and, where there are several, over seeds.",
    ...weightsOf(study, kept),
    "## Make it again",
    `    ${command}`,
    `It trains ${study.cost.evaluations} (network evaluations) and takes about ${study.cost.minutes} minutes on two cores with native TensorFlow. This page took ${timeOf(done)}.`,
    [
      "<details><summary>The commands, one by one</summary>",
      ["```sh", ...done.map((each) => each.command), "```"].join("\n"),
      "</details>",
    ].join("\n\n"),
  ].join("\n\n")}\n`;
}
