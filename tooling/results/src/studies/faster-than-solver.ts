import type { Row } from "../rows.ts";

/** The solver with the least time among those whose error is at most that of a row. */
function solverAsGood(rows: readonly Row[], crps: number): Row | undefined {
  return rows
    .filter(({ method, figures }) => {
      const own = figures["CRPS, one step"]?.value ?? null;
      return method.startsWith("solver") && own !== null && own <= crps;
    })
    .toSorted((a, b) => (a.figures["ms"]?.value ?? 0) - (b.figures["ms"]?.value ?? 0))[0];
}

/** A sentence for each batch: the fastest student beside the fastest solver that is as good. */
export const fasterThanSolver = (tables: readonly (readonly Row[])[]): string =>
  tables
    .map((rows, i) => {
      const [student] = rows
        .filter((row) => row.nfe === 1 && row.budget !== null)
        .toSorted((a, b) => (a.figures["ms"]?.value ?? 0) - (b.figures["ms"]?.value ?? 0));
      const crps = student?.figures["CRPS, one step"]?.value ?? null;
      const ms = student?.figures["ms"]?.value ?? null;
      const where = i === 0 ? "One state at a time" : "In an ensemble of 32";
      if (student === undefined || crps === null || ms === null) {
        return `${where}: no student was timed.`;
      }
      const solver = solverAsGood(rows, crps);
      const own = solver?.figures["ms"]?.value ?? null;
      if (solver === undefined || own === null) {
        return `${where}: a step of ${student.method} takes ${ms.toFixed(2)} ms, and no solver reaches its CRPS of ${crps.toFixed(3)} from what is seen.`;
      }
      return own < ms
        ? `${where}: the solver wins, ${own.toFixed(2)} ms (${solver.method}) beside ${ms.toFixed(2)} ms of ${student.method}.`
        : `${where}: ${student.method} is ${(own / ms).toFixed(1)} times as fast as the fastest solver that is as good (${solver.method}).`;
    })
    .join(" ");
