import type { ContestantEvaluation } from "../measure/evaluation.ts";
import type { Score, ScoreName } from "../measure/scores.ts";
import { significant } from "./wording.ts";

/** A score in a table, on the terminal and on the page. */
export interface ScoreColumn {
  readonly title: string;
  /** What the score is of. */
  readonly of: "member" | "ensemble" | "rollout" | "step";
  readonly explanation: string;
  /** The best value is the one nearest to this, "most" the greatest; null where no value is better than another. */
  readonly best: 0 | 1 | "most" | null;
  readonly score: (contestant: ContestantEvaluation) => Score | null;
  /** Why a contestant may have none; that it was not measured unless given. */
  readonly absent?: string;
}

const oneStep = (
  title: string,
  of: ScoreColumn["of"],
  name: ScoreName,
  best: ScoreColumn["best"],
  explanation: string,
): ScoreColumn => ({
  title,
  of,
  explanation,
  best,
  score: ({ scores }) => scores.oneStep?.[name]?.mean ?? null,
});

/** The scores beside VRMSE and CRPS, in the mean over channels. */
export const scoreColumns: readonly ScoreColumn[] = [
  oneStep("MSE", "member", "mse", 0, "mean square error"),
  oneStep("RMSE", "member", "rmse", 0, "root mean square error"),
  oneStep(
    "NRMSE",
    "member",
    "nrmse",
    0,
    "root mean square error over the root mean square of the truth",
  ),
  oneStep(
    "VRMSE N-1",
    "member",
    "vrmseWell",
    0,
    "VRMSE with the divisor N − 1, as The Well has it",
  ),
  oneStep("H1", "member", "h1", 0, "relative error of values and gradients"),
  oneStep("corr.", "member", "correlation", 1, "Pearson correlation with the truth"),
  oneStep("afCRPS", "ensemble", "almostFairCrps", 0, "almost fair CRPS"),
  oneStep("energy s.", "ensemble", "energyScore", 0, "energy score of whole fields"),
  oneStep("spread", "ensemble", "spread", null, "standard deviation of the members"),
  oneStep("skill", "ensemble", "skill", 0, "root mean square error of the ensemble mean"),
  oneStep(
    "spread/skill",
    "ensemble",
    "spreadSkill",
    1,
    "spread over skill, corrected for the number of members; 1 is right",
  ),
  oneStep(
    "coverage",
    "ensemble",
    "coverage",
    null,
    "part of the cells in which the truth lies within the members",
  ),
  ...([0.9, 0.8] as const).map(
    (level): ScoreColumn => ({
      title: `t(r<${level})`,
      of: "rollout",
      explanation: `physical time until the correlation with the truth falls below ${level}`,
      best: "most",
      score: ({ scores }) =>
        scores.correlationTimes?.find((times) => times.level === level)?.times.mean ?? null,
    }),
  ),
];

const equalCost = "at equal cost";

const ratio = (
  title: string,
  of: ScoreColumn["of"],
  explanation: string,
  score: ScoreColumn["score"],
): ScoreColumn => ({
  title,
  of,
  explanation,
  best: 0,
  score,
  absent:
    title === equalCost
      ? "only students have a teacher to beat at equal cost"
      : "it was not measured, or it is the teacher itself",
});

/** CRPS beside the teacher's, and beside that of its own weights at equal cost. */
export const ratioColumns: readonly ScoreColumn[] = [
  ratio(
    "CRPS/teacher",
    "step",
    "CRPS after one step over the teacher’s",
    ({ ratioToTeacher }) => ratioToTeacher?.oneStep?.crps ?? null,
  ),
  ratio(
    "CRPS/teacher",
    "rollout",
    "CRPS over the teacher’s, each in the mean over the steps of a rollout",
    ({ ratioToTeacher }) => ratioToTeacher?.rolloutMean?.crps ?? null,
  ),
  ratio(
    equalCost,
    "step",
    "a student’s CRPS after one step over that of its teacher with no more network evaluations, by the solver with the smallest CRPS",
    ({ ratioAtEqualCost }) => ratioAtEqualCost?.oneStep?.crps ?? null,
  ),
  ratio(
    equalCost,
    "rollout",
    "the same in the mean over the steps of a rollout",
    ({ ratioAtEqualCost }) => ratioAtEqualCost?.rolloutMean?.crps ?? null,
  ),
];

/** A score in three digits; "–" where it has no value. */
export function scoreText(score: Score | null): string {
  if (score === null || score.value === null) return "–";
  // A rollout that is correlated to its end says only that the time is longer.
  const isCut = score.reason?.startsWith("still") === true;
  return `${isCut ? "> " : ""}${significant(score.value)}`;
}
