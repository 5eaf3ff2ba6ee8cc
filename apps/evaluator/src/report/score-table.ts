import type { Evaluation } from "../measure/evaluation.ts";
import { alignedText } from "./aligned-text.ts";
import { type ScoreColumn, scoreColumns, scoreText } from "./score-columns.ts";

/**
 * The other scores as aligned text, in the mean over channels, one line per contestant, and under it why some are
 * missing; null where nothing was scored. Each channel and the intervals are in the files of the report.
 */
export function scoreTable(
  { contestants }: Evaluation,
  columns: readonly ScoreColumn[] = scoreColumns,
): string | null {
  const shown = columns.filter((column) =>
    contestants.some((contestant) => column.score(contestant) !== null),
  );
  if (shown.length === 0) return null;
  const table = alignedText([
    ["contestant", ...shown.map(({ title }) => title)],
    ["", ...shown.map(({ of }) => of)],
    ...contestants.map((contestant) => [
      contestant.name,
      ...shown.map((column) => scoreText(column.score(contestant))),
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
