/** Rows of cells as aligned text with a rule under the first two: the first column to the left, the others to the right. */
export function alignedText(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, index) =>
    Math.max(...rows.map((cells) => (cells[index] ?? "").length)),
  );
  const lines = rows.map((cells) =>
    cells
      .map((text, index) => {
        const width = widths[index] ?? 0;
        return index === 0 ? text.padEnd(width) : text.padStart(width);
      })
      .join("  ")
      .trimEnd(),
  );
  const rule = "─".repeat(Math.max(...lines.map((line) => line.length)));
  return [...lines.slice(0, 2), rule, ...lines.slice(2)].join("\n");
}
