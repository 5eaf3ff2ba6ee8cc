import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { Score, Scores } from "../measure/scores.ts";
import { intervalOf } from "./comparison-table.ts";
import { type PageColumn, pageTable } from "./page-table.ts";
import { ratioColumns, type ScoreColumn, scoreColumns, scoreText } from "./score-columns.ts";
import { atTime } from "./wording.ts";

/** The other scores as tables of the page: in the mean over channels, and VRMSE and CRPS channel by channel. */
export function scoreTables(evaluation: Evaluation): string {
  const { contestants, setting } = evaluation;
  const shownOf = (columns: readonly ScoreColumn[]) =>
    columns
      .filter((column) => contestants.some((contestant) => column.score(contestant) !== null))
      .map((column) => pageColumn(evaluation, column));
  const [ratios, shown] = [shownOf(ratioColumns), shownOf(scoreColumns)];
  const { rolloutLength, frameInterval } = setting;
  return [
    ...(ratios.length === 0
      ? []
      : [pageTable(evaluation, "Beside the teacher, with intervals of the ratios", ratios)]),
    ...(shown.length === 0
      ? []
      : [pageTable(evaluation, "More scores after one step, in the mean over channels", shown)]),
    channelTable(evaluation, "After one step, channel by channel", ({ scores }) => scores.oneStep),
    channelTable(
      evaluation,
      `At ${atTime(rolloutLength, frameInterval)} of the rollouts, channel by channel`,
      ({ scores }) => scores.rollout?.[rolloutLength - 1] ?? null,
    ),
  ].join("\n");
}

/** VRMSE and CRPS under the name of each channel; nothing where there is one channel, or where nothing was measured. */
function channelTable(
  evaluation: Evaluation,
  caption: string,
  scoresOf: (contestant: ContestantEvaluation) => Scores | null,
): string {
  const { contestants, setting } = evaluation;
  if (setting.scoredChannels.length < 2) return "";
  if (contestants.every((contestant) => scoresOf(contestant) === null)) return "";
  const columns = setting.scoredChannels.flatMap((group, channel) =>
    (["vrmse", "crps"] as const).map((name) =>
      pageColumn(
        evaluation,
        {
          title: name.toUpperCase(),
          of: name === "vrmse" ? "member" : "ensemble",
          explanation: `${name.toUpperCase()} of ${group}`,
          best: 0,
          score: (contestant) => scoresOf(contestant)?.[name]?.channels[channel] ?? null,
        },
        group,
      ),
    ),
  );
  return pageTable(evaluation, caption, columns);
}

/** A score as a column of the page. */
export function pageColumn(
  evaluation: Evaluation,
  column: ScoreColumn,
  group?: string,
): PageColumn {
  const { title, of, explanation, score, absent } = column;
  const winner = bestText(evaluation, column);
  return {
    title,
    unit: of,
    explanation,
    ...(group !== undefined && { group }),
    cell: (contestant) => {
      const own = score(contestant);
      const text = scoreText(own);
      return {
        text,
        isBest: contestant.warning === undefined && winner !== null && text === winner,
        ...intervalOf(own),
        ...reasonOf(own, absent),
      };
    },
  };
}

const reasonOf = (
  score: Score | null,
  absent = "it was not measured",
): { readonly reason?: string } =>
  score === null ? { reason: absent } : score.reason === undefined ? {} : { reason: score.reason };

/** The best value as it is printed, among those that compete; null where no value is better than another. */
function bestText({ contestants }: Evaluation, { best, score }: ScoreColumn): string | null {
  if (best === null) return null;
  const lost = (value: number) => (best === "most" ? -value : Math.abs(value - best));
  const scores = contestants
    .filter(({ warning }) => warning === undefined)
    .map(score)
    .filter((one): one is Score & { value: number } => Number.isFinite(one?.value));
  if (scores.length < 2) return null;
  return scoreText(scores.reduce((a, b) => (lost(b.value) < lost(a.value) ? b : a)));
}
