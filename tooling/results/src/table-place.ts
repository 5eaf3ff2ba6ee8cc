import { writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder, regionMarks, requireRegion, userPath, writeRegion } from "command-line";

/** The flags that say where a table goes. */
export const tableFlags = (region: string) =>
  ({
    json: { type: "string", value: "FILE", about: "write { rows: [...] }" },
    readme: {
      type: "string",
      value: "FILE",
      about: `put the table between ${regionMarks(region).join(" and ")} of FILE`,
    },
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

/** What an unknown word of the command line is answered with. */
export const useOnly = (word: string) => ({
  problem: `unknown argument "${word}"`,
  expected: "only flags",
  remedy: `use --only ${word} to choose a part`,
});
