import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { Score, ScoreName } from "../measure/scores.ts";
import { alignedText } from "./aligned-text.ts";
import { significant } from "./wording.ts";

interface ScoreColumn {
  readonly title: string;
  /** Printed under the title: what the score is of. */
  readonly of: "member" | "ensemble" | "rollout";
  readonly score: (contestant: ContestantEvaluation) => Score | null;
}

const oneStep = (title: string, of: ScoreColumn["of"], name: ScoreName): ScoreColumn => ({
  title,
  of,
  score: ({ scores }) => scores.oneStep?.[name]?.mean ?? null,
});

const columns: readonly ScoreColumn[] = [
  oneStep("MSE", "member", "mse"),
  oneStep("RMSE", "member", "rmse"),
  oneStep("NRMSE", "member", "nrmse"),
  oneStep("VRMSE N-1", "member", "vrmseWell"),
  oneStep("H1", "member", "h1"),
  oneStep("corr.", "member", "correlation"),
  oneStep("afCRPS", "ensemble", "almostFairCrps"),
  oneStep("energy s.", "ensemble", "energyScore"),
  oneStep("spread", "ensemble", "spread"),
  oneStep("skill", "ensemble", "skill"),
  oneStep("spread/skill", "ensemble", "spreadSkill"),
  oneStep("coverage", "ensemble", "coverage"),
  ...([0.9, 0.8] as const).map(
    (level): ScoreColumn => ({
      title: `t(r<${level})`,
      of: "rollout",
      score: ({ scores }) =>
        scores.correlationTimes?.find((times) => times.level === level)?.times.mean ?? null,
    }),
  ),
];

function format(score: Score | null): string {
  if (score === null || score.value === null) return "–";
  // A rollout that is correlated to its end says only that the time is longer.
  const isCut = score.reason?.startsWith("still") === true;
  return `${isCut ? "> " : ""}${significant(score.value)}`;
}

/**
 * The other scores as aligned text, in the mean over channels, one line per contestant, and under it why some are
 * missing; null where nothing was scored. Each channel and the intervals are in the files of the report.
 */
export function scoreTable({ contestants }: Evaluation): string | null {
  const shown = columns.filter((column) =>
    contestants.some((contestant) => column.score(contestant) !== null),
  );
  if (shown.length === 0) return null;
  const table = alignedText([
    ["contestant", ...shown.map(({ title }) => title)],
    ["", ...shown.map(({ of }) => of)],
    ...contestants.map((contestant) => [
      contestant.name,
      ...shown.map((column) => format(column.score(contestant))),
    ]),
  ]);
  const missing = new Set(
    contestants.flatMap((contestant) =>
      shown.flatMap((column) => {
        const { value = 0, reason } = column.score(contestant) ?? {};
        return value === null && reason !== undefined ? [`– ${reason}`] : [];
      }),
    ),
  );
  return [table, ...missing].join("\n");
}
