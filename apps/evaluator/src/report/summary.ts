import type { BandRatios, Evaluation } from "../measure/evaluation.ts";

/** The figures that other programs read, the content of `summary.json`; null where undefined. */
export interface Summary {
  readonly experiment: string;
  readonly quick: boolean;
  readonly models: readonly {
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
  }[];
  readonly teacherSpread: number | null;
}

const finite = (value: number | null | undefined): number | null =>
  value !== null && value !== undefined && Number.isFinite(value) ? value : null;

/** Picks the figures of `summary.json` from an evaluation. */
export function summary(evaluation: Evaluation): Summary {
  return {
    experiment: evaluation.experiment,
    quick: evaluation.quick,
    models: evaluation.models.map((model) => ({
      name: model.name,
      nfePerStep: model.nfePerStep,
      msPerStep: finite(model.msPerStep),
      batch: model.batch,
      oneStep: { vrmse: finite(model.oneStep?.vrmse), crps: finite(model.oneStep?.crps) },
      rollout: {
        vrmse: model.rollout?.vrmse.map(finite) ?? [],
        crps: model.rollout?.crps.map(finite) ?? [],
      },
      spectrum: {
        low: finite(model.spectrum?.low),
        mid: finite(model.spectrum?.mid),
        high: finite(model.spectrum?.high),
      },
      distillationError: finite(model.distillationError),
    })),
    teacherSpread: finite(evaluation.teacherSpread),
  };
}
