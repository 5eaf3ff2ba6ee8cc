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

/** The rows with their columns filled up to one width. */
function aligned(rows: readonly (readonly string[])[]): readonly (readonly string[])[] {
  const widths = heads.map((_, i) => Math.max(...rows.map((row) => (row[i] as string).length)));
  return rows.map((row) => row.map((cell, i) => cell.padEnd(widths[i] as number)));
}

/** The table with aligned columns. */
export const reportText = (outcomes: readonly Outcome[]): string =>
  aligned([heads, ...outcomes.map(cells)])
    .map((row) => row.join("  ").trimEnd())
    .join("\n");

/** The same as Markdown, as the formatter leaves it. */
export function reportMarkdown(outcomes: readonly Outcome[]): string {
  const rows = [heads, ...outcomes.map(cells)];
  const table = aligned(rows.map((row) => row.map((cell) => cell.replaceAll("|", "\\|"))));
  const rule = (table[0] as readonly string[]).map((cell) => "-".repeat(cell.length));
  const lines = [table[0] as readonly string[], rule, ...table.slice(1)];
  return lines.map((row) => `| ${row.join(" | ")} |\n`).join("");
}
