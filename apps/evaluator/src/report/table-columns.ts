import type { Evaluation, ModelEvaluation } from "../measure/evaluation.ts";

/** A column of the comparison, from which the terminal's and the page's table are both made. */
export interface TableColumn {
  readonly title: string;
  /** Printed under the title; empty for a pure number. */
  readonly unit: string;
  readonly explanation: string;
  readonly value: (model: ModelEvaluation) => number | null;
  readonly format: (value: number) => string;
  /** What the best value of the column is nearest to; null where no value is better than another. */
  readonly best: 0 | 1 | null;
  /** Whether a model's value may be the best: zero by definition is no merit. */
  readonly competes: (model: ModelEvaluation) => boolean;
}

/** Three significant digits, the way that errors and times are read. */
export function significant(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return "diverges";
  if (size === 0) return "0";
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2);
  return value.toFixed(Math.max(0, 2 - Math.floor(Math.log10(size))));
}

function decimals(digits: number): (value: number) => string {
  return (value) => {
    if (!Number.isFinite(value)) return "diverges";
    return Math.abs(value) >= 1e4 ? value.toExponential(1) : value.toFixed(digits);
  };
}

/** The columns of the comparison that have a value for at least one model. */
export function tableColumns(evaluation: Evaluation): readonly TableColumn[] {
  const { members, rolloutLength, frameInterval } = evaluation.setting;
  const last = rolloutLength - 1;
  const time = Number((rolloutLength * frameInterval).toPrecision(6));
  const everybody = () => true;
  // Baselines repeat true frames, so that their energy is right without merit.
  const forecasts = (model: ModelEvaluation) => model.kind === "network" || model.kind === "solver";
  const students = (model: ModelEvaluation) => model.name !== evaluation.reference;
  const columns: readonly TableColumn[] = [
    {
      title: "NFE",
      unit: "per step",
      explanation: "network evaluations that one step needs",
      value: (model) => model.nfePerStep,
      format: String,
      best: null,
      competes: everybody,
    },
    {
      title: "time",
      unit: "ms/step",
      explanation: "wall time of one step of a batch, divided by the batch",
      value: (model) => model.msPerStep,
      format: significant,
      best: 0,
      competes: everybody,
    },
    {
      title: "batch",
      unit: "",
      explanation: "samples that were stepped at once when the time was taken",
      value: (model) => model.batch,
      format: String,
      best: null,
      competes: everybody,
    },
    {
      title: "VRMSE",
      unit: "1 step",
      explanation:
        "root mean square error of a single member, over the standard deviation of the true frame",
      value: (model) => model.oneStep?.vrmse ?? null,
      format: decimals(3),
      best: 0,
      competes: everybody,
    },
    {
      title: "CRPS",
      unit: "1 step",
      explanation: `continuous ranked probability score, fair estimator, ${members} members, in standard deviations of the training data`,
      value: (model) => model.oneStep?.crps ?? null,
      format: decimals(3),
      best: 0,
      competes: everybody,
    },
    {
      title: "low",
      unit: "energy",
      explanation: "one-step energy over the truth's in |k| < N/8",
      value: (model) => model.spectrum?.low ?? null,
      format: decimals(2),
      best: 1,
      competes: forecasts,
    },
    {
      title: "mid",
      unit: "energy",
      explanation: "one-step energy over the truth's in N/8 ≤ |k| < N/4",
      value: (model) => model.spectrum?.mid ?? null,
      format: decimals(2),
      best: 1,
      competes: forecasts,
    },
    {
      title: "high",
      unit: "energy",
      explanation: "one-step energy over the truth's in |k| ≥ N/4",
      value: (model) => model.spectrum?.high ?? null,
      format: decimals(2),
      best: 1,
      competes: forecasts,
    },
    {
      title: "distill.",
      unit: "error",
      explanation: "distance of its end points to the teacher's from the same noise and condition",
      value: (model) => model.distillationError,
      format: decimals(3),
      best: 0,
      competes: students,
    },
    {
      title: "VRMSE",
      unit: `t = ${time}`,
      explanation: `the same as VRMSE, at step ${rolloutLength} of a rollout`,
      value: (model) => model.rollout?.vrmse[last] ?? null,
      format: decimals(3),
      best: 0,
      competes: everybody,
    },
    {
      title: "CRPS",
      unit: `t = ${time}`,
      explanation: `the same as CRPS, at step ${rolloutLength} of a rollout`,
      value: (model) => model.rollout?.crps[last] ?? null,
      format: decimals(3),
      best: 0,
      competes: everybody,
    },
  ];
  return columns.filter((column) =>
    evaluation.models.some((model) => column.value(model) !== null),
  );
}

/** Whether a model's value in a column is the best one, as far as the printed digits tell. */
export function isBest(
  column: TableColumn,
  model: ModelEvaluation,
  evaluation: Evaluation,
): boolean {
  const { best } = column;
  if (best === null || !column.competes(model)) return false;
  const own = column.value(model);
  if (own === null || !Number.isFinite(own)) return false;
  const values = evaluation.models
    .filter(column.competes)
    .map(column.value)
    .filter((value): value is number => value !== null && Number.isFinite(value));
  const winner = values.reduce((a, b) => (Math.abs(b - best) < Math.abs(a - best) ? b : a), own);
  return column.format(own) === column.format(winner);
}
