import type { ContestantEvaluation } from "../measure/evaluation.ts";
import type { EnsembleScoreName, Score, ScoreName } from "../measure/scores.ts";
import type { BudgetChartOptions } from "./budget-chart.ts";

/** A score that is drawn over its cost. */
export interface BudgetScore extends BudgetChartOptions {
  /** Of the picture's file. */
  readonly name: string;
  readonly title: string;
  readonly score: (contestant: ContestantEvaluation) => Score | null;
}

const log = { yType: "log" } as const;
const ratio = { yType: "log", right: 1 } as const;

/** The scores after one step: their title, the label of their axis, and what the axis is like. */
const oneStep: readonly (readonly [
  ScoreName,
  title: string,
  label: string,
  Pick<BudgetChartOptions, "yType" | "right">,
])[] = [
  ["vrmse", "VRMSE after one step", "VRMSE of a single member", log],
  ["mse", "MSE after one step", "mean square error", log],
  ["rmse", "RMSE after one step", "root mean square error", log],
  ["nrmse", "NRMSE after one step", "NRMSE of a single member", log],
  ["vrmseWell", "VRMSE with N − 1 after one step", "VRMSE with the divisor N − 1", log],
  ["h1", "H¹ error after one step", "relative H¹ error", log],
  ["almostFairCrps", "Almost fair CRPS after one step", "CRPS (training std)", log],
  ["energyScore", "Energy score after one step", "energy score", log],
  ["skill", "Skill after one step", "error of the ensemble mean", log],
  ["spread", "Spread after one step", "deviation of the members", log],
  ["spreadSkill", "Spread over skill after one step", "spread / skill", ratio],
  ["coverage", "Coverage after one step", "cells within the members", { yType: "linear" }],
  ["energyLow", "Energy at low |k| after one step", "energy over the truth’s", ratio],
  ["energyMid", "Energy at mid |k| after one step", "energy over the truth’s", ratio],
  ["energyHigh", "Energy at high |k| after one step", "energy over the truth’s", ratio],
];

/** Scores against a reference ensemble. */
const ensemble = (name: EnsembleScoreName, title: string, yLabel: string): BudgetScore => ({
  ...{ name: `budget-ensemble-${name.toLowerCase()}`, title, yLabel, ...log },
  score: ({ scores }) => scores.ensemble?.[name]?.mean ?? null,
});

/** Those to look at first. */
export const firstBudgetScores: readonly BudgetScore[] = [
  {
    name: "budget-distillation",
    title: "Distance to the teacher’s end points",
    yLabel: "distillation error (VRMSE)",
    ...log,
    score: ({ scores }) => scores.distillationError,
  },
  {
    name: "budget-crps",
    title: "CRPS after one step",
    yLabel: "CRPS (training std)",
    ...log,
    score: ({ scores }) => scores.oneStep?.crps?.mean ?? null,
  },
  {
    name: "budget-rollout-crps",
    title: "CRPS of rollouts, mean over their steps",
    yLabel: "CRPS (training std)",
    ...log,
    score: ({ scores }) => scores.rolloutMean?.crps?.mean ?? null,
  },
  ensemble("energyDistance", "Energy distance to the reference ensemble", "energy distance"),
];

/** All others. */
export const otherBudgetScores: readonly BudgetScore[] = [
  ensemble("meanError", "Error of the ensemble mean", "relative error of the mean"),
  ensemble("deviationError", "Error of the ensemble deviation", "relative error of the deviation"),
  ensemble("spectrumError", "Error of the ensemble spectrum", "relative error of the spectrum"),
  ensemble("crps", "CRPS of the reference ensemble", "CRPS (training std)"),
  ...oneStep.map(
    ([name, title, yLabel, look]): BudgetScore => ({
      ...{ name: `budget-${name.toLowerCase()}`, title, yLabel, ...look },
      score: ({ scores }) => scores.oneStep?.[name]?.mean ?? null,
    }),
  ),
  {
    name: "budget-correlation",
    title: "What correlation lacks of 1 after one step",
    yLabel: "1 − correlation",
    ...log,
    score: ({ scores }) => lacking(scores.oneStep?.correlation?.mean ?? null),
  },
  {
    name: "budget-rollout-vrmse",
    title: "VRMSE of rollouts, mean over their steps",
    yLabel: "VRMSE of a single member",
    ...log,
    score: ({ scores }) => scores.rolloutMean?.vrmse?.mean ?? null,
  },
  ...([0.9, 0.8] as const).map(
    (level): BudgetScore => ({
      name: `budget-correlation-time-${10 * level}`,
      title: `Time until the correlation falls below ${level}`,
      yLabel: "physical time",
      ...log,
      score: ({ scores }) =>
        scores.correlationTimes?.find((times) => times.level === level)?.times.mean ?? null,
    }),
  ),
];

/** 1 − a score, by which good correlations can be told apart. */
const lacking = (score: Score | null): Score | null =>
  score === null || score.value === null
    ? score
    : {
        value: 1 - score.value,
        interval: score.interval === null ? null : [1 - score.interval[1], 1 - score.interval[0]],
      };
