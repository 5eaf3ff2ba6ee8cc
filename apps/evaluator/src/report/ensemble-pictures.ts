import type { Evaluation } from "../measure/evaluation.ts";
import { fieldGrid } from "./field-grid.ts";
import { divergingScale, spreadScale } from "./field-image.ts";
import { fileName } from "./file-name.ts";
import { whereCut } from "./frames-pictures.ts";
import type { Picture } from "./picture.ts";
import { mostTelling } from "./pictured-contestants.ts";
import { atTime, inSeries, plural } from "./wording.ts";

/** Contestants of the first channel, and of the others. */
const [most, few] = [3, 2];

/**
 * Mean and spread of the ensembles of one rollout, a picture for each channel, below the truth. Empty where no ensemble
 * of several members was pictured.
 */
export function ensemblePictures(evaluation: Evaluation): readonly Picture[] {
  const { pictured, setting } = evaluation;
  if (pictured === null) return [];
  // At first all members are the initial state.
  const columns = pictured.steps.stills.flatMap((step, index) => (step === 0 ? [] : [index]));
  const withEnsemble = {
    ...evaluation,
    contestants: evaluation.contestants.filter(({ frames }) => frames?.ensemble != null),
  };
  const all = mostTelling(withEnsemble, most);
  if (all.length === 0 || columns.length === 0) return [];
  const heads = columns.map((column) =>
    atTime(pictured.steps.stills[column] as number, setting.frameInterval),
  );
  return pictured.channels.map((channel, index) => {
    const shown = index === 0 ? all : mostTelling(withEnsemble, few);
    const chosen = (frames: readonly (readonly Float32Array[])[] = []) =>
      columns.flatMap((column) => frames[index]?.[column] ?? []);
    const truth = chosen(pictured.truth.member);
    const scale = divergingScale(truth);
    const spreads = spreadScale(shown.flatMap(({ frames }) => chosen(frames.ensemble?.spread)));
    const rows = [
      { name: "truth", frames: truth, scale },
      ...shown.flatMap(({ name, frames }) => [
        { name: `${name}, mean`, frames: chosen(frames.ensemble?.mean), scale },
        { name: `${name}, spread`, frames: chosen(frames.ensemble?.spread), scale: spreads },
      ]),
    ];
    const { svg, narrow } = fieldGrid(rows, {
      title: `Ensemble mean and spread of ${channel}`,
      plane: pictured,
      heads,
      bars: [
        { label: `${channel}: truth and mean`, scale },
        { label: `${channel}: spread`, scale: spreads },
      ],
    });
    return {
      name: index === 0 ? "ensemble" : `ensemble-${fileName(channel, index)}`,
      svg,
      narrow,
      alt: `Mean and spread of ${channel} at ${inSeries(heads)} for ${inSeries(shown.map(({ name }) => name))}, below the truth.`,
      caption:
        `${index === 0 ? `Mean and standard deviation of ${plural(setting.members, "member")} at each point. As the members part, the mean fades and the spread grows. A good ensemble is spread where its mean is wrong.` : `The same of ${channel}.`} ${whereCut(pictured)}`.trim(),
    };
  });
}
