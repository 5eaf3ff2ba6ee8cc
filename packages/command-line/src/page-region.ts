import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { DataError } from "@eddyflow/core";

/** The lines between which a page keeps the text that a command writes there. */
export const regionMarks = (name: string): readonly [start: string, end: string] => [
  `<!-- ${name} -->`,
  `<!-- /${name} -->`,
];

/**
 * The page with the text between the two marks of a name replaced.
 *
 * @throws DataError for a page without one mark of each kind, in order.
 */
export function replaceRegion(page: string, name: string, text: string): string {
  const [start, end] = regionMarks(name);
  const [before, inside, ...more] = page.split(start);
  const [old, after, ...others] = (inside ?? "").split(end);
  if (
    before === undefined ||
    old === undefined ||
    after === undefined ||
    more.length + others.length > 0
  ) {
    throw new DataError({
      problem: `the page has no place for the text of ${name}`,
      expected: `a line ${start} and after it a line ${end}, once each`,
      remedy: "write the two lines where the text shall stand",
    });
  }
  return `${before}${start}\n\n${text.trim()}\n\n${end}${after}`;
}

/** Throws a DataError where {@link writeRegion} would: now, and not after the work whose outcome it writes. */
export async function requireRegion(path: string, name: string): Promise<void> {
  replaceRegion(await readFile(path, "utf8").catch(() => ""), name, "");
}

/** Writes a text between the two marks of a name in a page, which is replaced whole or not at all. */
export async function writeRegion(path: string, name: string, text: string): Promise<void> {
  const page = replaceRegion(await readFile(path, "utf8"), name, text);
  const partial = `${path}.partial`;
  try {
    await writeFile(partial, page);
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** Rows of equal length, the first one its head, as a Markdown table in columns, as the formatter leaves it. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const widths = head.map((_, column) =>
    Math.max(...rows.map((row) => (row[column] as string).length)),
  );
  const line = (cells: readonly string[], fill = " ") =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] as number, fill)).join(" | ")} |`;
  const rule = line(
    head.map(() => ""),
    "-",
  );
  return [line(head), rule, ...body.map((row) => line(row))].join("\n");
}
