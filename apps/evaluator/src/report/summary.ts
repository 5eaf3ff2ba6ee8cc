import type { ContestantKind } from "../contestants/contestant.ts";
import type { BandRatios, Evaluation } from "../measure/evaluation.ts";
import {
  type ByChannel,
  type ScoreFigure,
  type SummaryRatios,
  type SummaryScores,
  summaryEnsembleScores,
  summaryRatios,
  summaryScores,
} from "./summary-scores.ts";

/** What a step of a contestant takes. */
export interface SummaryBudget {
  /** The name of a tableau, "flow" or "direct"; null for what is no model, like the two below. */
  readonly sampler: string | null;
  /** From noise to data. */
  readonly steps: number | null;
  /** Network evaluations in one step of a forecast, counted. */
  readonly nfe: number | null;
  /** Wall time of that, measured, for each state of a batch; null for a baseline. */
  readonly milliseconds: number | null;
}

/** The figures that other programs read, the content of `summary.json`; null where undefined. */
export interface Summary {
  readonly experiment: string;
  readonly quick: boolean;
  /** Name of the entry that distillation errors are measured against, the teacher; null without one. */
  readonly reference: string | null;
  /** One entry for each contestant and budget, in the order of `--models`. */
  readonly contestants: readonly {
    /** Of a contestant with several budgets `group@sampler:steps`. */
    readonly name: string;
    /** What the contestant is called in `--models`, at all its budgets. */
    readonly group: string;
    readonly kind: ContestantKind;
    readonly budget: SummaryBudget;
    /** How many runs that differ in their seed the scores are the mean of. The first of them was timed. */
    readonly seeds: number;
    /** Whether it has the reference's own weights and only another sampler. */
    readonly undistilled: boolean;
    /** Whether `--models` does not list it: the reference's own weights, run at the students' cost. */
    readonly added: boolean;
    /** In what a model is run otherwise than it learnt to be; null where it is not. */
    readonly warning: string | null;
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
    /** The same of each run, whose mean it is. */
    readonly distillationErrors: readonly (number | null)[] | null;
    readonly scores: SummaryScores;
    /** Its scores over the reference's; null without a reference, and for the reference itself. */
    readonly ratioToTeacher: SummaryRatios | null;
    /**
     * A student's scores over those of the reference's own weights run by the best solver with as many network
     * evaluations, or the most below that; null where there is no such entry.
     */
    readonly ratioAtEqualCost: SummaryRatios | null;
  }[];
  readonly teacherSpread: number | null;
  /** The reference ensemble of `scores.ensemble`; null where there was none. */
  readonly ensemble: {
    readonly conditions: number;
    readonly members: number;
    /** What some members of the reference score against the others, two ensembles of one law. */
    readonly floor: {
      readonly members: number;
      readonly against: number;
      readonly scores: Readonly<Record<string, ByChannel<ScoreFigure>>>;
    } | null;
  } | null;
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
    reference: evaluation.reference,
    contestants: evaluation.contestants.map((contestant) => ({
      name: contestant.name,
      group: contestant.group,
      kind: contestant.kind,
      budget: {
        sampler: contestant.sampler?.name ?? null,
        steps: contestant.sampler?.steps ?? null,
        nfe: contestant.nfePerStep,
        milliseconds: finite(contestant.msPerStep),
      },
      seeds: contestant.seeds,
      undistilled: contestant.undistilled,
      added: contestant.isAdded,
      warning: contestant.warning ?? null,
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
      distillationErrors: contestant.distillationErrors?.map(finite) ?? null,
      scores: summaryScores(contestant.scores, evaluation.setting.scoredChannels),
      ratioToTeacher: summaryRatios(contestant.ratioToTeacher),
      ratioAtEqualCost: summaryRatios(contestant.ratioAtEqualCost),
    })),
    teacherSpread: finite(evaluation.teacherSpread),
    ensemble: evaluation.ensemble && {
      conditions: evaluation.ensemble.conditions,
      members: evaluation.ensemble.members,
      floor: evaluation.ensemble.floor && {
        members: evaluation.ensemble.floor.members,
        against: evaluation.ensemble.floor.against,
        scores: summaryEnsembleScores(
          evaluation.ensemble.floor.scores,
          evaluation.setting.scoredChannels,
        ),
      },
    },
    truthScores: summaryScores(evaluation.truthScores, evaluation.setting.scoredChannels),
  };
}
