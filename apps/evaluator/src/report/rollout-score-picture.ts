import type { Evaluation } from "../measure/evaluation.ts";
import type { Score, Scores } from "../measure/scores.ts";
import type { Guide } from "./chart-parts.ts";
import { contestantSeries } from "./contestant-series.ts";
import { cutNote, lineChart } from "./line-chart.ts";
import type { Picture } from "./picture.ts";
import { atTime, significant } from "./wording.ts";

/** What is drawn over the time of a rollout, and how. */
export interface RolloutLook {
  readonly name: string;
  readonly title: string;
  readonly label: string;
  /** The y axis contains this whatever the scores are. */
  readonly include: number;
  readonly limits: readonly [number, number];
  readonly guides?: readonly Guide[];
  readonly caption: string;
  readonly score: (scores: Scores) => Score | null | undefined;
}

/** A score of every contestant over the time of a rollout, with its intervals; null where nobody has it. */
export function rolloutScorePicture(evaluation: Evaluation, look: RolloutLook): Picture | null {
  const { frameInterval, rolloutLength } = evaluation.setting;
  const lines = contestantSeries(evaluation, ({ scores }) => {
    const values = (scores.rollout ?? []).map((step) => look.score(step) ?? null);
    const time = (index: number) => (index + 1) * frameInterval;
    return {
      points: values.flatMap((score, index) =>
        score === null || score.value === null ? [] : [[time(index), score.value] as const],
      ),
      band: values.flatMap((score, index) =>
        score === null || score.interval === null
          ? []
          : [[time(index), ...score.interval] as const],
      ),
    };
  });
  if (lines.every(({ points }) => points.length === 0)) return null;
  const { name, title, label, include, limits, guides = [], caption } = look;
  const { svg, narrow, isCut } = lineChart(title, lines, {
    x: { label: "physical time", type: "linear", include: 0 },
    y: { label, type: "linear", include, limits },
    guides,
  });
  const ends = lines.flatMap(({ name, points }) => {
    const end = points.at(-1);
    return end === undefined ? [] : [`${name} ${significant(end[1])}`];
  });
  const bands = lines.some(({ band = [] }) => band.length > 0)
    ? " The bands are intervals of 95 % confidence, by bootstrap over trajectories."
    : "";
  return {
    name,
    svg,
    narrow,
    alt: `${title}. At ${atTime(rolloutLength, frameInterval)}: ${ends.join(", ")}. All figures are in metrics.csv.`,
    caption: `${caption}${bands}${isCut ? ` ${cutNote}` : ""}`,
  };
}
