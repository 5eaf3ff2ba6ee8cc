import { type Figure, notMeasured, type Row } from "../rows.ts";
import { withInterval } from "../text.ts";

const crpsOf = ({ figures }: Row): Figure => figures["CRPS, one step"] ?? notMeasured;
const msOf = ({ figures }: Row): number => figures["ms"]?.value ?? Number.POSITIVE_INFINITY;
const fastest = (rows: readonly Row[]): Row | undefined =>
  rows.toSorted((a, b) => msOf(a) - msOf(b))[0];

/** The fastest solver whose error is at most that of a row. */
const solverAsGood = (rows: readonly Row[], crps: number): Row | undefined =>
  fastest(
    rows.filter((row) => {
      const own = crpsOf(row).value;
      return row.method.startsWith("solver") && own !== null && own <= crps;
    }),
  );

function sentence(rows: readonly Row[], where: string): string {
  if (rows.length === 0) return `${where}: not measured yet.`;
  const student = fastest(rows.filter((row) => row.nfe === 1 && row.budget !== null));
  const crps = student === undefined ? null : crpsOf(student).value;
  if (student === undefined || crps === null || !Number.isFinite(msOf(student))) {
    return `${where}: no student was timed.`;
  }
  const own = `${msOf(student).toFixed(2)} ms with a CRPS of ${withInterval(crpsOf(student))}`;
  const solver = solverAsGood(rows, crps);
  if (solver === undefined || !Number.isFinite(msOf(solver))) {
    const best = rows
      .filter((row) => row.method.startsWith("solver") && crpsOf(row).value !== null)
      .toSorted((a, b) => (crpsOf(a).value as number) - (crpsOf(b).value as number))[0];
    const others =
      best === undefined
        ? "no solver was run"
        : `no solver comes as near from what is seen; the nearest, ${best.method}, takes ${msOf(best).toFixed(2)} ms and has ${withInterval(crpsOf(best))}`;
    return `${where}: a step of ${student.method} takes ${own}, and ${others}.`;
  }
  const beside = `${solver.method}, ${msOf(solver).toFixed(2)} ms with ${withInterval(crpsOf(solver))}`;
  return msOf(solver) < msOf(student)
    ? `${where}: the solver wins (${beside}) over ${student.method}, ${own}.`
    : `${where}: ${student.method}, ${own}, is ${(msOf(solver) / msOf(student)).toFixed(1)} times as fast as the fastest solver that is as good (${beside}).`;
}

/** A sentence for each batch: the fastest student beside the fastest solver that is as good. */
export const fasterThanSolver = (tables: readonly (readonly Row[])[]): string =>
  tables
    .map((rows, i) => sentence(rows, i === 0 ? "One state at a time" : "In an ensemble of 32"))
    .join(" ");
