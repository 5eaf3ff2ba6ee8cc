import type { CaseResult, Group, Outcome } from "./case.ts";
import type { BackendReport } from "./run-backend.ts";

const groups: readonly Group[] = ["ops", "used of TensorFlow.js", "networks"];

const titles: Readonly<Record<Group, string>> = {
  ops: "@eddyflow/ops",
  "used of TensorFlow.js": "TensorFlow.js, used by our packages",
  networks: "networks",
};

const outcomesOf = ({ value, gradient }: CaseResult): readonly Outcome[] =>
  gradient === null ? [value] : [value, gradient];

const digits = (error: number): string =>
  error === 0 ? "0" : Number.isFinite(error) ? error.toExponential(1) : "∞";

/** The largest error among `outcomes` that are right, or null where none is. */
function largest(outcomes: readonly Outcome[]): string | null {
  const errors = outcomes.flatMap((one) => (one.status === "ok" ? [one.error] : []));
  return errors.length === 0 ? null : digits(Math.max(...errors));
}

/** One cell: what came of an operation on a backend, the worst first. */
function cell(results: readonly CaseResult[]): string {
  const outcomes = results.flatMap(outcomesOf);
  const count = (status: Outcome["status"]) =>
    outcomes.filter((one) => one.status === status).length;
  if (outcomes.length === 0) return "–";
  const wrong = outcomes.flatMap((one) => (one.status === "wrong" ? [one.error] : []));
  if (wrong.length > 0) return `WRONG ${digits(Math.max(...wrong))}`;
  if (count("crashed") > 0) return "CRASHED";
  const value = largest(results.map((one) => one.value));
  const gradient = largest(results.flatMap((one) => (one.gradient === null ? [] : [one.gradient])));
  if (value === null && gradient === null) return "refused";
  const errors =
    gradient === null ? `${value ?? "refused"}` : `${value ?? "refused"} · ${gradient}`;
  return count("refused") === 0 ? `ok ${errors}` : `ok ${errors}, ${count("refused")} refused`;
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, k) =>
    Math.max(...rows.map((row) => [...(row[k] ?? "")].length)),
  );
  return rows.map((row) =>
    row
      .map((text, k) => text + " ".repeat((widths[k] as number) - [...text].length))
      .join("  ")
      .trimEnd(),
  );
}

/** Operation × backend, each with the largest error of value · gradient relative to the reference's scale. */
export function formatTable(reports: readonly BackendReport[]): string {
  const rows: string[][] = [["", "cases", ...reports.map(({ name }) => name)]];
  for (const group of groups) {
    const operations = new Set(
      reports.flatMap(({ results }) =>
        results.filter((one) => one.group === group).map((one) => one.operation),
      ),
    );
    if (operations.size === 0) continue;
    rows.push([titles[group], "", ...reports.map(() => "")]);
    for (const operation of operations) {
      const own = reports.map(({ results }) =>
        results.filter((one) => one.group === group && one.operation === operation),
      );
      rows.push([
        `  ${operation}`,
        String(Math.max(...own.map((results) => results.length))),
        ...own.map((results, k) =>
          reports[k]?.unavailable === null ? cell(results) : "unavailable",
        ),
      ]);
    }
  }
  return aligned(rows).join("\n");
}

/** What `report` refuses, equal reasons of an operation on one line. */
function refusals({ results }: BackendReport): readonly string[] {
  const places = new Map<string, string[]>();
  for (const result of results) {
    for (const part of ["value", "gradient"] as const) {
      const outcome = result[part];
      if (outcome?.status !== "refused") continue;
      const what = `${result.operation}, ${part}`;
      const line = `${what}\n${outcome.reason}`;
      places.set(line, [...(places.get(line) ?? []), result.name]);
    }
  }
  return [...places].map(([line, names]) => {
    const [what, reason] = line.split("\n");
    return `  ${what} (${names.join("; ")}): ${reason}`;
  });
}

/** The list of what each backend refuses or cannot do at all. */
export function formatRefusals(reports: readonly BackendReport[]): string {
  return reports
    .flatMap((report) => {
      if (report.unavailable !== null)
        return [`${report.name} is unavailable: ${report.unavailable}`];
      const lines = refusals(report);
      return [
        lines.length === 0 ? `${report.name} refuses nothing.` : `${report.name} refuses:`,
        ...lines,
      ];
    })
    .join("\n");
}

/** What was run on what, a line for each backend. */
export const formatRuns = (reports: readonly BackendReport[]): string =>
  reports
    .flatMap(({ name, device, seconds, results }) =>
      device === null
        ? []
        : [`${name}: ${results.length} cases in ${seconds.toFixed(1)} s on ${device}`],
    )
    .join("\n");

/** Every wrong value and every crash, one line each. */
export function failuresOf(reports: readonly BackendReport[]): readonly string[] {
  return reports.flatMap(({ name: backend, results }) =>
    results.flatMap((result) =>
      (["value", "gradient"] as const).flatMap((part) => {
        const outcome = result[part];
        const what = `${backend}: ${result.operation}, ${result.name}, ${part}`;
        if (outcome?.status === "wrong") return [`${what}: WRONG, error ${digits(outcome.error)}`];
        if (outcome?.status === "crashed") return [`${what}: ${outcome.reason}`];
        return [];
      }),
    ),
  );
}
