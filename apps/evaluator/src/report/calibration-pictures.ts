import type { Evaluation } from "../measure/evaluation.ts";
import { contestantSeries } from "./contestant-series.ts";
import { fileName } from "./file-name.ts";
import { cutNote, lineChart } from "./line-chart.ts";
import type { Picture } from "./picture.ts";
import { rolloutScorePicture } from "./rollout-score-picture.ts";
import { inSeries, plural } from "./wording.ts";

/** Spread over skill along a rollout; null where no ensemble was measured. */
export const spreadSkillPicture = (evaluation: Evaluation): Picture | null =>
  rolloutScorePicture(evaluation, {
    name: "spread-skill",
    title: "Spread over skill along a rollout",
    label: "spread / skill",
    include: 1,
    limits: [0, 2],
    guides: [{ axis: "y", at: 1, label: "1: as spread as it is wrong" }],
    caption: `Standard deviation of the members over the error of their mean, corrected for ${plural(evaluation.setting.members, "member")} and averaged over channels. Below 1 an ensemble is too sure of itself, above 1 not sure enough. A single forecast has none.`,
    score: ({ spreadSkill }) => spreadSkill?.mean,
  });

/** The rank histograms after one step, a picture for each scored channel; none where no ensemble was measured. */
export function rankPictures(evaluation: Evaluation): readonly Picture[] {
  const { setting, contestants } = evaluation;
  if (contestants.every(({ scores }) => scores.rankHistogram === null)) return [];
  return setting.scoredChannels.map((channel, index) => {
    const lines = contestantSeries(evaluation, ({ scores }) => {
      const ranks = scores.rankHistogram?.[index] ?? [];
      return { points: ranks.map((part, rank) => [rank, part * ranks.length] as const) };
    });
    const title = `Rank of the true ${channel} among the members`;
    const { svg, narrow, isCut } = lineChart(title, lines, {
      x: { label: "members below the truth", type: "linear", include: 0, whole: true },
      y: { label: "cells, over their even share", type: "linear", include: 0, limits: [0, 5] },
      guides: [{ axis: "y", at: 1, label: "1: calibrated" }],
    });
    const shown = lines.filter(({ points }) => points.length > 0);
    const ends = shown.map(({ name, points }) => {
      const outside = [points[0], points.at(-1)].reduce((sum, point) => sum + (point?.[1] ?? 0), 0);
      return `${name} ${Math.round((100 * outside) / points.length)} %`;
    });
    return {
      name: `ranks-${fileName(channel, index)}`,
      svg,
      narrow,
      alt: `Rank histograms of ${channel} after one step for ${inSeries(shown.map(({ name }) => name))}. Cells in which the truth lies outside all members: ${ends.join(", ")}.`,
      caption: `${index === 0 ? rankCaption(setting.members) : `The same of ${channel}.`}${isCut ? ` ${cutNote}` : ""}`,
    };
  });
}

const rankCaption = (members: number): string =>
  `After one step: in how many cells so many of the ${plural(members, "member")} lie below the truth, over the share that each rank would have if the truth were one more member. Flat is calibrated; high ends mean too little spread, a high middle too much, a slope a bias.`;
