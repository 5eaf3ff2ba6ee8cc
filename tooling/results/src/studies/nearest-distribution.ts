import { notMeasured, type Row } from "../rows.ts";
import { withInterval } from "../text.ts";

const distance = "energy distance";
const spectrum = "enstrophy error";

/** Figures of some rows over the teacher's, one after the other. */
function overTeacher(rows: readonly Row[], column: string, nearest: string): string {
  const clauses = rows.map(
    ({ method, ratios }, i) =>
      `${withInterval(ratios[column] ?? notMeasured)} for ${method}${i === 0 ? nearest : ""}`,
  );
  const last = clauses.pop() as string;
  return clauses.length === 0 ? last : `${clauses.join(", ")}, and ${last}`;
}

/**
 * Two sentences on the student whose members, with one evaluation, are distributed most like the solver's, and on its rivals: rows
 * of these methods that are run with one evaluation. What is near in the energy distance may have the wrong spectrum.
 */
export function nearestDistribution(rows: readonly Row[], rivals: readonly string[]): string {
  if (rows.length === 0) return "Not measured yet.";
  const ratio = (row: Row) => row.ratios[distance]?.value ?? null;
  const once = rows
    .filter((row) => row.nfe === 1 && ratio(row) !== null)
    .toSorted((a, b) => (ratio(a) as number) - (ratio(b) as number));
  const best = once.find(({ budget, method }) => budget !== null && !rivals.includes(method));
  if (best === undefined) return "No student was run with one evaluation.";
  const named = [best, ...once.filter(({ method }) => rivals.includes(method))];
  const nearest = ", the nearest student with one evaluation";
  return [
    `The energy distance to the solver's ensemble, over that of the teacher with 100 evaluations, is ${overTeacher(named, distance, nearest)}.`,
    `The error of the enstrophy's spectrum, over the teacher's, is ${overTeacher(named, spectrum, "")}.`,
  ].join(" ");
}
