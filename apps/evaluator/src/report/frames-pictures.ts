import type { Evaluation } from "../measure/evaluation.ts";
import type { PicturedPlane } from "../measure/pictured-plane.ts";
import { fieldGrid } from "./field-grid.ts";
import { divergingScale } from "./field-image.ts";
import { fileName } from "./file-name.ts";
import type { Picture } from "./picture.ts";
import { mostTelling, picturedContestants } from "./pictured-contestants.ts";
import { atTime, inSeries } from "./wording.ts";

/** Rows of the channels after the first. */
const fewRows = 5;

/**
 * Frames of one rollout, a picture for each channel: a row for the truth and for each contestant, a column for each
 * time. Of the channels after the first, the most telling contestants are shown. Empty where no rollout was pictured.
 */
export function framesPictures(evaluation: Evaluation): readonly Picture[] {
  const { pictured, setting } = evaluation;
  if (pictured === null) return [];
  const heads = pictured.steps.stills.map((step) => atTime(step, setting.frameInterval));
  return pictured.channels.map((channel, index) => {
    const truth = pictured.truth.member[index] ?? [];
    const scale = divergingScale(truth);
    const shown =
      index === 0 ? picturedContestants(evaluation) : mostTelling(evaluation, fewRows - 1);
    const rows = [
      { name: "truth", frames: truth, scale },
      ...shown.map(({ name, frames }) => ({ name, frames: frames.member[index] ?? [], scale })),
    ];
    const { svg, narrow } = fieldGrid(rows, {
      title: `Rollouts of ${channel} from the same initial state`,
      plane: pictured,
      heads,
      bars: [{ label: channel, scale }],
    });
    return {
      name: index === 0 ? "frames" : `frames-${fileName(channel, index)}`,
      svg,
      narrow,
      alt: `Fields of ${channel} at ${inSeries(heads)}, a row each for ${inSeries(rows.map(({ name }) => name))}.`,
      caption:
        `${index === 0 ? "One member of each ensemble beside the truth, on one colour scale. Every cell is a point of the grid that the contestants see. In a chaotic system the rows must differ after a while. What should stay is the look: the size, the sharpness and the strength of the structures. Black is no longer a finite number." : `The same of ${channel}${shown.length < picturedContestants(evaluation).length ? ", for the contestants that tell most" : ""}.`} ${whereCut(pictured)}`.trim(),
    };
  });
}

/** Names the plane that is shown of a volume; nothing where the whole grid is. */
export const whereCut = ({ axes, cut }: PicturedPlane): string =>
  cut === null
    ? ""
    : `Of the volume, the plane ${axes[1].name}–${axes[0].name} in the middle of ${cut.name} is shown (point ${cut.point} of ${cut.points}).`;
