import type { Evaluation } from "../measure/evaluation.ts";
import { drawnBudgets } from "./drawn-budgets.ts";
import { fieldGrid } from "./field-grid.ts";
import { divergingScale, spreadScale } from "./field-image.ts";
import { fileName } from "./file-name.ts";
import { whereCut } from "./frames-pictures.ts";
import type { Picture } from "./picture.ts";
import { inSeries, plural } from "./wording.ts";

/** Contestants that are shown. */
const most = 3;

/**
 * Mean and standard deviation of the reference ensemble and, below, of contestants' ensembles, after one step from the same
 * states: a picture for each channel. Empty where nothing was compared with a reference ensemble of several members.
 */
export function referencePictures(evaluation: Evaluation): readonly Picture[] {
  const { ensemble, setting } = evaluation;
  if (ensemble === null || ensemble.plane === null || ensemble.fields.ensemble === null) return [];
  const { plane, channels, fields, pictured } = ensemble;
  const reference = fields.ensemble as NonNullable<typeof fields.ensemble>;
  const error = (contestant: Evaluation["contestants"][number]) =>
    contestant.scores.ensemble?.crps?.mean.value ?? Number.POSITIVE_INFINITY;
  const shown = drawnBudgets(evaluation)
    .filter(({ ensembleFields }) => ensembleFields?.ensemble != null)
    .toSorted((a, b) => error(a) - error(b))
    .slice(0, most);
  const heads = pictured.map((condition) => `condition ${condition}`);
  return channels.map((channel, index) => {
    const means = reference.mean[index] ?? [];
    const scale = divergingScale(means);
    const spreads = spreadScale(reference.spread[index] ?? []);
    const rowsOf = (name: string, own: typeof reference | null | undefined) => [
      { name: `${name}, mean`, frames: own?.mean[index] ?? [], scale },
      { name: `${name}, deviation`, frames: own?.spread[index] ?? [], scale: spreads },
    ];
    const { svg, narrow } = fieldGrid(
      [
        ...rowsOf("reference", reference),
        ...shown.flatMap(({ name, ensembleFields }) => rowsOf(name, ensembleFields?.ensemble)),
      ],
      {
        title: `Mean and deviation of ${channel} after one step`,
        plane,
        heads,
        bars: [
          { label: `${channel}: mean`, scale },
          { label: `${channel}: standard deviation`, scale: spreads },
        ],
      },
    );
    return {
      name: index === 0 ? "reference-ensemble" : `reference-ensemble-${fileName(channel, index)}`,
      svg,
      narrow,
      alt: `Mean and standard deviation of ${channel} after one step from ${inSeries(heads)}, of the reference ensemble and of ${inSeries(shown.map(({ name }) => name)) || "nobody else"}.`,
      caption:
        `${index === 0 ? `Mean and standard deviation at each point, of ${plural(ensemble.members, "member")} of the reference and ${setting.members} of each contestant, on the scales of the reference. A good ensemble has both; one of few members is rough.` : `The same of ${channel}.`} ${whereCut(plane)}`.trim(),
    };
  });
}
