import { notMeasured, type Row } from "../rows.ts";
import { withInterval } from "../text.ts";

/** A score, and the columns that have it. */
interface Score {
  readonly name: string;
  readonly oneStep: string;
  readonly rollout: string;
}

export const mse: Score = { name: "MSE", oneStep: "MSE", rollout: "MSE, rollout" };
export const vrmse: Score = { name: "VRMSE", oneStep: "VRMSE", rollout: "VRMSE, rollout" };
export const crps: Score = { name: "CRPS", oneStep: "CRPS, one step", rollout: "CRPS, rollout" };

/**
 * A sentence on the student that is nearest to the teacher with one evaluation, and, with a score, one on how it does beside
 * the teacher. A score alone may flatter: what is blurred has a small mean square error.
 */
export function bestStudent(rows: readonly Row[], score?: Score): string {
  if (rows.length === 0) return "Not measured yet.";
  const error = ({ figures }: Row) => figures["distillation error"]?.value ?? null;
  const [best] = rows
    .filter((row) => row.nfe === 1 && row.budget !== null && error(row) !== null)
    .toSorted((a, b) => (error(a) as number) - (error(b) as number));
  if (best === undefined) return "No student was run with one evaluation.";
  const nearest = `With one evaluation ${best.method} is nearest to the teacher, ${withInterval(best.figures["distillation error"] ?? notMeasured)} after ${best.budget?.toLocaleString("en")} evaluations of training.`;
  if (score === undefined) return nearest;
  const ratio = (column: string) => withInterval(best.ratios[column] ?? notMeasured);
  return `${nearest} Its ${score.name}, over that of the teacher with 100 evaluations, is ${ratio(score.oneStep)} after one step and ${ratio(score.rollout)} in a rollout; its energy at the highest wavenumbers, over the teacher's, is ${ratio("high")}.`;
}
