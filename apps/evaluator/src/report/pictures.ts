import type { Evaluation } from "../measure/evaluation.ts";
import { budgetPictures, otherBudgetPictures } from "./budget-pictures.ts";
import { rankPictures, spreadSkillPicture } from "./calibration-pictures.ts";
import { crpsCost, distillationCost } from "./cost-pictures.ts";
import { ensemblePictures } from "./ensemble-pictures.ts";
import { framesPictures } from "./frames-pictures.ts";
import type { Picture } from "./picture.ts";
import { referencePictures } from "./reference-pictures.ts";
import { channelRollouts, rolloutPictures } from "./rollout-pictures.ts";
import { spectra, spectrumRatios } from "./spectrum-pictures.ts";

/** Pictures of one thing, under a title. */
export interface PictureGroup {
  readonly title: string;
  readonly pictures: readonly Picture[];
  /** Whether a reader has to open it; its pictures are on the page alone, and not in files of their own. */
  readonly isFolded?: boolean;
}

export const fieldsTitle = "Fields";

/** Every picture that the evaluation has the figures for, in the order of the report. */
export function pictureGroups(evaluation: Evaluation): readonly PictureGroup[] {
  const [frames, ...otherFrames] = framesPictures(evaluation);
  const [ensemble, ...otherEnsembles] = ensemblePictures(evaluation);
  const [ranks, ...otherRanks] = rankPictures(evaluation);
  const groups: readonly (Omit<PictureGroup, "pictures"> & {
    readonly pictures: readonly (Picture | null | undefined)[];
  })[] = [
    { title: fieldsTitle, pictures: [frames, ensemble] },
    { title: "Against the reference ensemble", pictures: referencePictures(evaluation) },
    { title: "Scores along a rollout", pictures: rolloutPictures(evaluation) },
    { title: "Calibration of the ensembles", pictures: [spreadSkillPicture(evaluation), ranks] },
    { title: "Energy at each scale", pictures: [spectra(evaluation), spectrumRatios(evaluation)] },
    {
      title: "Cost beside error",
      pictures: [distillationCost(evaluation), crpsCost(evaluation), ...budgetPictures(evaluation)],
    },
    {
      title: "Every other score beside its cost",
      pictures: otherBudgetPictures(evaluation),
      isFolded: true,
    },
    {
      title: "Channel by channel",
      pictures: [
        ...otherFrames.flatMap((picture, index) => [picture, otherEnsembles[index]]),
        ...channelRollouts(evaluation),
        ...otherRanks,
      ],
    },
  ];
  return groups
    .map((group) => ({ ...group, pictures: group.pictures.filter((one) => one != null) }))
    .filter(({ pictures }) => pictures.length > 0);
}
