import type { Evaluation } from "../measure/evaluation.ts";
import { crpsCost, distillationCost } from "./cost-pictures.ts";
import { ensemblePictures } from "./ensemble-pictures.ts";
import { framesPictures } from "./frames-pictures.ts";
import type { Picture } from "./picture.ts";
import { rolloutPicture } from "./rollout-pictures.ts";
import { spectra, spectrumRatios } from "./spectrum-pictures.ts";

/** Every picture that the evaluation has the figures for, in the order of the report. */
export function pictures(evaluation: Evaluation): readonly Picture[] {
  return [
    ...framesPictures(evaluation),
    ...ensemblePictures(evaluation),
    rolloutPicture(evaluation, "crps"),
    rolloutPicture(evaluation, "vrmse"),
    spectra(evaluation),
    spectrumRatios(evaluation),
    distillationCost(evaluation),
    crpsCost(evaluation),
  ].filter((picture) => picture !== null);
}
