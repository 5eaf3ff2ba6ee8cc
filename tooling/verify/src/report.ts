import type { Outcome } from "./check.ts";

const heads = ["system", "check", "measured", "expected", "ok"] as const;

/** A number in few characters: 3.96, 0.0012, 1.2e-13. */
function short(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5
    ? String(Number(value.toPrecision(size < 10 ? 3 : 4)))
    : value.toExponential(1);
}

/** A mean over runs with its standard error, any other figure alone. */
function measuredCell({ measured, standardError, error }: Outcome): string {
  if (measured === null) return error ?? "";
  return standardError === null ? short(measured) : `${short(measured)} ± ${short(standardError)}`;
}

const cells = (outcome: Outcome): readonly string[] => [
  outcome.system,
  outcome.name,
  measuredCell(outcome),
  outcome.expected === 0
    ? `≤ ${short(outcome.tolerance)}`
    : `${short(outcome.expected)} ± ${short(outcome.tolerance)}`,
  outcome.ok ? "yes" : "NO",
];

/** The table with aligned columns. */
export function reportText(outcomes: readonly Outcome[]): string {
  const rows = [heads, ...outcomes.map(cells)];
  const widths = heads.map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] as number))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** The same as Markdown. */
export function reportMarkdown(outcomes: readonly Outcome[]): string {
  const line = (row: readonly string[]) =>
    `| ${row.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [
    line(heads),
    line(heads.map(() => "---")),
    ...outcomes.map((one) => line(cells(one))),
    "",
  ].join("\n");
}
