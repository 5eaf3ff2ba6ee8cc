import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { Score } from "../measure/scores.ts";
import { referenceInWords, significant } from "./wording.ts";

/** A column of the comparison, in the terminal's table and in the page's. */
export interface TableColumn {
  readonly title: string;
  /** Printed under the title; empty for a pure number. */
  readonly unit: string;
  readonly explanation: string;
  readonly value: (contestant: ContestantEvaluation) => number | null;
  readonly format: (value: number) => string;
  /** The best value is the one nearest to this; null where no value is better than another. */
  readonly best: 0 | 1 | null;
  /** Whether a contestant's value may be marked as the best: a value that is zero by definition may not. */
  readonly competes: (contestant: ContestantEvaluation) => boolean;
  /** Why a contestant may have no value. */
  readonly absent: string;
  /** The value with its interval, where it is a score. */
  readonly score?: (contestant: ContestantEvaluation) => Score | null;
}

function decimals(digits: number): (value: number) => string {
  return (value) => {
    if (!Number.isFinite(value)) return "diverges";
    return Math.abs(value) >= 1e4 ? value.toExponential(1) : value.toFixed(digits);
  };
}

const notTimed = "baselines cost nothing worth timing";

const bands = {
  low: "the waves up to a quarter of what the grid resolves",
  mid: "those from there to half of it",
  high: "all shorter waves",
} as const;

/** The columns of the comparison that have a value for at least one contestant. */
export function tableColumns(evaluation: Evaluation): readonly TableColumn[] {
  const { members, rolloutLength, frameInterval } = evaluation.setting;
  const last = rolloutLength - 1;
  const time = Number((rolloutLength * frameInterval).toPrecision(6));
  // What is run otherwise than it learnt to be is no rival.
  const everybody = ({ warning }: ContestantEvaluation) => warning === undefined;
  // Baselines repeat true frames: their energy is right whatever they forecast.
  const forecasts = (contestant: ContestantEvaluation) =>
    everybody(contestant) && contestant.kind !== "baseline";
  const students = (contestant: ContestantEvaluation) =>
    everybody(contestant) && contestant.name !== evaluation.reference;
  const columns: readonly TableColumn[] = [
    {
      title: "NFE",
      unit: "per step",
      explanation: "network evaluations in one step",
      value: (contestant) => contestant.nfePerStep,
      format: String,
      best: null,
      competes: everybody,
      absent: "only models evaluate a network",
    },
    {
      title: "time",
      unit: "ms/step",
      explanation: "wall time of one step of a batch, divided by the batch",
      value: (contestant) => contestant.msPerStep,
      format: significant,
      best: 0,
      competes: everybody,
      absent: notTimed,
    },
    {
      title: "batch",
      unit: "",
      explanation: "how many states were stepped at once when the time was taken",
      value: (contestant) => contestant.batch,
      format: String,
      best: null,
      competes: everybody,
      absent: notTimed,
    },
    {
      title: "VRMSE",
      unit: "1 step",
      explanation:
        "root mean square error of a single member, divided by the standard deviation of the true frame",
      value: (contestant) => contestant.oneStep?.vrmse ?? null,
      score: ({ scores }) => scores.oneStep?.vrmse?.mean ?? null,
      format: decimals(3),
      best: 0,
      competes: everybody,
      absent: "one step was not measured",
    },
    {
      title: "CRPS",
      unit: "1 step",
      explanation: `continuous ranked probability score, fair estimator, ${members} members, in standard deviations of the training data`,
      value: (contestant) => contestant.oneStep?.crps ?? null,
      score: ({ scores }) => scores.oneStep?.crps?.mean ?? null,
      format: decimals(3),
      best: 0,
      competes: everybody,
      absent: "one step was not measured",
    },
    ...(["low", "mid", "high"] as const).map((band) => ({
      title: band,
      unit: "energy",
      explanation: `energy after one step divided by the truth's, in ${bands[band]}`,
      value: ({ spectrum }: ContestantEvaluation) => spectrum?.[band] ?? null,
      format: decimals(2),
      best: 1 as const,
      competes: forecasts,
      absent: "the truth has no energy there",
    })),
    {
      title: "distill.",
      unit: "error",
      explanation: `VRMSE between its end points and those of ${referenceInWords(evaluation)}, from the same noise and condition`,
      value: (contestant) => contestant.distillationError,
      score: ({ scores }) => scores.distillationError,
      format: decimals(3),
      best: 0,
      competes: students,
      absent: "only models have end points to compare",
    },
    ...(["vrmse", "crps"] as const).map((metric) => ({
      title: metric.toUpperCase(),
      unit: `t = ${time}`,
      explanation: `the same at step ${rolloutLength} of a rollout`,
      value: ({ rollout }: ContestantEvaluation) => rollout?.[metric][last] ?? null,
      score: ({ scores }: ContestantEvaluation) => scores.rollout?.[last]?.[metric]?.mean ?? null,
      format: decimals(3),
      best: 0 as const,
      competes: everybody,
      absent: "no rollout was measured",
    })),
  ];
  return columns.filter((column) =>
    evaluation.contestants.some((contestant) => column.value(contestant) !== null),
  );
}

/** Whether a contestant's value is the best in its column, as far as the printed digits tell. */
export function isBest(
  column: TableColumn,
  contestant: ContestantEvaluation,
  evaluation: Evaluation,
): boolean {
  const { best } = column;
  if (best === null || !column.competes(contestant)) return false;
  const own = column.value(contestant);
  if (own === null || !Number.isFinite(own)) return false;
  const values = evaluation.contestants
    .filter(column.competes)
    .map(column.value)
    .filter((value): value is number => value !== null && Number.isFinite(value));
  const winner = values.reduce((a, b) => (Math.abs(b - best) < Math.abs(a - best) ? b : a), own);
  return column.format(own) === column.format(winner);
}
