import type { Row } from "../rows.ts";
import { withInterval } from "../text.ts";

/** A sentence on the student that is nearest to the teacher with one evaluation. */
export function bestStudent(rows: readonly Row[]): string {
  if (rows.length === 0) return "Not measured yet.";
  const error = ({ figures }: Row) => figures["distillation error"]?.value ?? null;
  const [best] = rows
    .filter((row) => row.nfe === 1 && row.budget !== null && error(row) !== null)
    .toSorted((a, b) => (error(a) as number) - (error(b) as number));
  if (best === undefined) return "No student was run with one evaluation.";
  const figure = best.figures["distillation error"] ?? { value: null, interval: null };
  return `With one evaluation ${best.method} is nearest to the teacher, ${withInterval(figure)} after ${best.budget?.toLocaleString("en")} evaluations of training.`;
}
