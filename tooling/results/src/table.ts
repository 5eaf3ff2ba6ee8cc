import { markdownTable } from "command-line";
import { columnsOf } from "./columns.ts";
import type { Row } from "./rows.ts";

/** Rows sorted by budget, by evaluations and within them by the first figure of the table, the least first. */
export function sorted(rows: readonly Row[], names: readonly string[]): readonly Row[] {
  const first = names.find((name) => rows.some(({ figures }) => figures[name] !== undefined)) ?? "";
  const value = ({ figures }: Row) => figures[first]?.value ?? Number.POSITIVE_INFINITY;
  return rows.toSorted(
    (a, b) =>
      (a.budget ?? 0) - (b.budget ?? 0) || (a.nfe ?? 0) - (b.nfe ?? 0) || value(a) - value(b),
  );
}

/** Rows as a Markdown table. */
export const tableOf = (rows: readonly Row[], names: readonly string[]): string => {
  const chosen = columnsOf(names);
  return markdownTable([
    chosen.map(({ name }) => name),
    ...rows.map((row) => chosen.map(({ cell }) => cell(row))),
  ]);
};

/** What the columns of a table mean, as a list. */
export const legendOf = (names: readonly string[]): string =>
  columnsOf(names)
    .filter(({ about }) => about !== undefined)
    .map(({ name, about }) => `- ${name}: ${about}.`)
    .join("\n");
