import type { Row } from "../rows.ts";
import { withInterval } from "../text.ts";

const column = "energy distance";

/**
 * A sentence on the student whose members, with one evaluation, are distributed most like the solver's, and on its rivals: rows
 * of these methods that are run with one evaluation.
 */
export function nearestDistribution(rows: readonly Row[], rivals: readonly string[]): string {
  if (rows.length === 0) return "Not measured yet.";
  const ratio = (row: Row) => row.ratios[column]?.value ?? null;
  const once = rows
    .filter((row) => row.nfe === 1 && ratio(row) !== null)
    .toSorted((a, b) => (ratio(a) as number) - (ratio(b) as number));
  const best = once.find(({ budget, method }) => budget !== null && !rivals.includes(method));
  if (best === undefined) return "No student was run with one evaluation.";
  const others = once.filter(({ method }) => rivals.includes(method));
  const [first, ...clauses] = [best, ...others].map(
    ({ method, ratios }) =>
      `${withInterval(ratios[column] ?? { value: null, interval: null })} for ${method}`,
  );
  const nearest = `${first}, the nearest student with one evaluation`;
  const last = clauses.pop();
  const list = [nearest, ...clauses].join(", ");
  return `The energy distance to the solver's ensemble, over that of the teacher with 100 evaluations, is ${list}${last === undefined ? "" : `, and ${last}`}.`;
}
