import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Row } from "./rows.ts";
import type { Comparison } from "./study.ts";
import type { KeptTable } from "./weights/kept.ts";
import type { Done } from "./work/done.ts";

/** One table of a page that is measured. */
export interface MeasuredTable {
  readonly heading: string;
  /** Of its evaluation: of all that decides the table. */
  readonly key: string;
  /** What was done for it, in order. */
  readonly done: readonly Done[];
}

/** A row in the file beside a page. */
export type TableRow = Row & { readonly table: string };

/** The file beside a page. */
export interface WrittenPage {
  readonly tables?: readonly MeasuredTable[];
  readonly rows: readonly TableRow[];
  readonly kept?: readonly KeptTable[];
}

/** The file beside a page; nothing where there is no page. */
export async function readPage(pages: string, study: string): Promise<WrittenPage> {
  const text = await readFile(join(pages, `${study}.json`), "utf8").catch(() => null);
  return text === null ? { rows: [] } : (JSON.parse(text) as WrittenPage);
}

/** What a page has of a comparison as it is planned now; null where it was not measured, or otherwise. */
export function measuredOf(
  { tables = [], rows, kept = [] }: WrittenPage,
  { heading, evaluation }: Comparison,
) {
  const measured = tables.find(
    (table) => table.heading === heading && table.key === evaluation.key,
  );
  if (measured === undefined) return null;
  return {
    measured,
    rows: rows.filter(({ table }) => table === heading),
    kept: kept.filter(({ table }) => table === heading),
  };
}
