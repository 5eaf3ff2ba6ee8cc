import type { Evaluation } from "../measure/evaluation.ts";
import { alignedText } from "./aligned-text.ts";
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
  return alignedText(rows);
}
