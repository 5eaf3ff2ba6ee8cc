/** A cell of a table; empty where it is null. */
export type Cell = string | number | null;

/** RFC 4180: fields with a comma, a quote or a line break are quoted. */
export function csv(rows: readonly (readonly Cell[])[]): string {
  const field = (cell: Cell): string => {
    const text = cell === null ? "" : String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return rows.map((row) => `${row.map(field).join(",")}\n`).join("");
}
