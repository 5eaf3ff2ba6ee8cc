import { styleText } from "node:util";
import type { BackendName } from "@eddyflow/backend";
import type { BackendReport } from "./backend-report.ts";

/** The backend that `auto` takes, and what says so. */
export interface AutoChoice {
  readonly name: BackendName | null;
  readonly source: string;
}

/** Three significant digits, e.g. 187, 31.2, 0.0921. */
function formatRate(gflops: number): string {
  return gflops >= 100 ? gflops.toFixed(0) : gflops.toPrecision(3);
}

const columns: readonly {
  readonly title: string;
  readonly right: boolean;
  readonly value: (report: BackendReport) => string;
}[] = [
  {
    title: "GFLOP/s",
    right: true,
    value: ({ gflops }) => (gflops === null ? "–" : formatRate(gflops)),
  },
  { title: "threads", right: true, value: ({ threads }) => String(threads ?? "–") },
  {
    title: "memory",
    right: true,
    value: ({ memoryBytes }) =>
      memoryBytes === null ? "–" : `${Math.round(memoryBytes / 1e6)} MB`,
  },
  { title: "version", right: false, value: ({ version }) => version ?? "–" },
  { title: "device", right: false, value: ({ device }) => device ?? "–" },
];

/** The backends as aligned text: one line each, those that are not there with the reason, then what to do for a faster one. */
export function backendTable(
  reports: readonly BackendReport[],
  auto: AutoChoice,
  { isColoured = false }: { readonly isColoured?: boolean } = {},
): string {
  const style = (format: "bold" | "dim", text: string) =>
    isColoured ? styleText(format, text, { validateStream: false }) : text;
  const there = reports.filter(({ available }) => available);
  const labels = reports.map(({ name }) => (name === auto.name ? `▸ ${name}` : `  ${name}`));
  const nameWidth = Math.max(...labels.map((label) => label.length));
  const widths = columns.map(({ title, value }) =>
    Math.max(title.length, ...there.map((report) => value(report).length)),
  );
  const cells = (texts: readonly string[]) =>
    columns
      .map(({ right }, i) => {
        const width = widths[i] ?? 0;
        return right ? (texts[i] ?? "").padStart(width) : (texts[i] ?? "").padEnd(width);
      })
      .join("   ");
  const lines = reports.map((report, i) => {
    const label = (labels[i] ?? "").padEnd(nameWidth);
    if (!report.available) return style("dim", `${label}   ${report.reason}`);
    const line = `${label}   ${cells(columns.map(({ value }) => value(report)))}`.trimEnd();
    return report.name === auto.name ? style("bold", line) : line;
  });
  const heading = `${"  backend".padEnd(nameWidth)}   ${cells(columns.map(({ title }) => title))}`;
  const rule = "─".repeat(Math.max(heading.trimEnd().length, ...there.map(lineLength)));

  function lineLength(report: BackendReport): number {
    return `${"".padEnd(nameWidth)}   ${cells(columns.map(({ value }) => value(report)))}`.trimEnd()
      .length;
  }

  const mendable = reports.filter(({ remedy }) => remedy !== null);
  return [
    heading.trimEnd(),
    rule,
    ...lines,
    rule,
    auto.name === null
      ? "  auto finds none of them"
      : `▸ auto takes ${auto.name}, by ${auto.source}`,
    ...(mendable.length === 0 ? [] : ["", "  for a faster backend", ...mendable.map(advice)]),
  ].join("\n");

  function advice({ name, available, reason, remedy }: BackendReport): string {
    return `  ${name.padEnd(nameWidth - 2)}   ${available ? `${reason}: ` : ""}${remedy}`;
  }
}
