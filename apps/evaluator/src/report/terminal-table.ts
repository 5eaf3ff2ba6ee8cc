import type { Evaluation } from "../measure/evaluation.ts";
import { isBest, tableColumns } from "./table-columns.ts";

/** The comparison as aligned text, one line per contestant; `*` marks the best value in each column. */
export function terminalTable(evaluation: Evaluation): string {
  const columns = tableColumns(evaluation);
  const rows = [
    ["contestant", ...columns.map((column) => `${column.title} `)],
    ["", ...columns.map((column) => `${column.unit} `)],
    ...evaluation.contestants.map((contestant) => [
      contestant.name,
      ...columns.map((column) => {
        const value = column.value(contestant);
        if (value === null) return "– ";
        return `${column.format(value)}${isBest(column, contestant, evaluation) ? "*" : " "}`;
      }),
    ]),
  ];
  const widths = ["", ...columns].map((_, index) =>
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
