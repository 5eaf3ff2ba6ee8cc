import type { Evaluation } from "../measure/evaluation.ts";
import { isBest, tableColumns } from "./table-columns.ts";

/** The comparison as aligned text, one line a model; `*` marks the best value of a column. */
export function terminalTable(evaluation: Evaluation): string {
  const columns = tableColumns(evaluation);
  const rows = [
    ["model", ...columns.map((column) => `${column.title} `)],
    ["", ...columns.map((column) => `${column.unit} `)],
    ...evaluation.models.map((model) => [
      model.name,
      ...columns.map((column) => {
        const value = column.value(model);
        if (value === null) return "– ";
        return `${column.format(value)}${isBest(column, model, evaluation) ? "*" : " "}`;
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
