import type { BandRatios, Evaluation } from "../measure/evaluation.ts";
import { type SummaryScores, summaryScores } from "./summary-scores.ts";

/** The figures that other programs read, the content of `summary.json`; null where undefined. */
export interface Summary {
  readonly experiment: string;
  readonly quick: boolean;
  readonly contestants: readonly {
    readonly name: string;
    readonly nfePerStep: number | null;
    readonly msPerStep: number | null;
    readonly batch: number | null;
    readonly oneStep: { readonly vrmse: number | null; readonly crps: number | null };
    /** Empty where no rollout was made; an entry is null where it is not a finite number. */
    readonly rollout: {
      readonly vrmse: readonly (number | null)[];
      readonly crps: readonly (number | null)[];
    };
    readonly spectrum: { readonly [Band in keyof BandRatios]: number | null };
    readonly distillationError: number | null;
    readonly scores: SummaryScores;
  }[];
  readonly teacherSpread: number | null;
  /** Drifts and divergence of the truth itself. */
  readonly truthScores: SummaryScores;
}

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;

/** Picks the figures of `summary.json` from an evaluation. */
export function summary(evaluation: Evaluation): Summary {
  return {
    experiment: evaluation.experiment,
    quick: evaluation.quick,
    contestants: evaluation.contestants.map((contestant) => ({
      name: contestant.name,
      nfePerStep: contestant.nfePerStep,
      msPerStep: finite(contestant.msPerStep),
      batch: contestant.batch,
      oneStep: {
        vrmse: finite(contestant.oneStep?.vrmse),
        crps: finite(contestant.oneStep?.crps),
      },
      rollout: {
        vrmse: contestant.rollout?.vrmse.map(finite) ?? [],
        crps: contestant.rollout?.crps.map(finite) ?? [],
      },
      spectrum: {
        low: finite(contestant.spectrum?.low),
        mid: finite(contestant.spectrum?.mid),
        high: finite(contestant.spectrum?.high),
      },
      distillationError: finite(contestant.distillationError),
      scores: summaryScores(contestant.scores, evaluation.setting.scoredChannels),
    })),
    teacherSpread: finite(evaluation.teacherSpread),
    truthScores: summaryScores(evaluation.truthScores, evaluation.setting.scoredChannels),
  };
}
