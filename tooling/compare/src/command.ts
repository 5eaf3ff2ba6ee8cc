import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { ArgumentError } from "@eddyflow/core";
import { makeFolder, regionMarks, requireRegion, userPath, writeRegion } from "command-line";
import { type DemoStep, runSteps } from "demo";
import type { Summary } from "evaluator/summary";

const root = join(import.meta.dirname, "../../..");

/** Whether a path below the root of the checkout is there. */
export const exists = (path: string): boolean => existsSync(join(root, path));

/** The flags that all comparisons have: what is compared, and where its table goes. */
export const tableFlags = (region: string, parts: string) =>
  ({
    only: { type: "string", value: "PART", about: `only ${parts} whose name contains it` },
    json: { type: "string", value: "FILE", about: "write { rows: [...] }" },
    readme: {
      type: "string",
      value: "FILE",
      about: `put the table between ${regionMarks(region).join(" and ")} of FILE`,
    },
  }) as const;

/** The flags of a comparison over seeds. */
export const studyFlags = (region: string, parts: string) =>
  ({
    seeds: { type: "integer", value: "N", min: 1, about: `runs of each; 3 if not given` },
    ...tableFlags(region, parts),
  }) as const;

/** Where a table goes. */
export interface TablePlace {
  /** Its place in a page. */
  readonly region: string;
  readonly flags: { readonly json?: string; readonly readme?: string };
}

/** Finds out before the work begins whether its table can be written. */
export async function prepareTable({ region, flags }: TablePlace): Promise<void> {
  if (flags.json !== undefined) await makeFolder(dirname(userPath(flags.json)));
  if (flags.readme !== undefined) await requireRegion(userPath(flags.readme), region);
}

/** Prints a table, and writes it and its rows where they are wanted. */
export async function writeTable(
  table: string,
  rows: readonly unknown[],
  { region, flags }: TablePlace,
): Promise<void> {
  console.log(`\n${table}`);
  if (flags.readme !== undefined) await writeRegion(userPath(flags.readme), region, table);
  if (flags.json !== undefined) {
    await writeFile(userPath(flags.json), `${JSON.stringify({ rows }, null, 2)}\n`);
  }
}

/** The parts whose name contains a text, all of them without one. */
export function chosen<Part extends { readonly name: string }>(
  parts: readonly Part[],
  only: string | undefined,
): readonly Part[] {
  const found = parts.filter(({ name }) => only === undefined || name.includes(only));
  if (found.length > 0) return found;
  throw new ArgumentError({
    problem: `nothing has "${only}" in its name`,
    expected: parts.map(({ name }) => name).join("; "),
    remedy: "give part of one of these names",
  });
}

/** What an unknown word of the command line is answered with. */
export const useOnly = (word: string) => ({
  problem: `unknown argument "${word}"`,
  expected: "only flags",
  remedy: `use --only ${word} to choose a part`,
});

export interface StudyOptions<Row> extends TablePlace {
  /** Of the script. */
  readonly name: string;
  readonly signal: AbortSignal;
  readonly steps: readonly DemoStep[];
  /** Folder of the evaluator's report. */
  readonly out: string;
  readonly rowsOf: (measured: Summary["contestants"]) => readonly Row[];
  readonly tableOf: (rows: readonly Row[]) => string;
}

/** Runs the steps of a comparison, and shows and writes what the evaluation at their end found. */
export async function runStudy<Row>({
  name,
  signal,
  steps,
  out,
  rowsOf,
  tableOf,
  ...place
}: StudyOptions<Row>): Promise<void> {
  await prepareTable(place);
  await runSteps(steps, {
    ...{ name, root, signal },
    goOn: {
      interrupted: "The same command goes on from here.",
      failed: ", and the same command goes on from here",
    },
  });
  const { contestants } = JSON.parse(
    await readFile(join(root, out, "summary.json"), "utf8"),
  ) as Summary;
  const rows = rowsOf(contestants);
  await writeTable(tableOf(rows), rows, place);
}
