import { markdownTable } from "command-line";
import type { Summary } from "evaluator/summary";
import { gatherSeeds } from "../seeds.ts";
import { type Estimate, estimate, mean } from "../statistics.ts";
import { interval } from "../text.ts";
import type { NormContestant } from "./plan.ts";

/** What is read of the evaluator's summary. */
export type MeasuredNorm = Pick<
  Summary["contestants"][number],
  "name" | "spectrum" | "oneStep" | "rollout" | "distillationError"
>;

/** A norm in one use, over its seeds. */
export interface NormRow {
  readonly use: string;
  readonly norm: string;
  readonly beta: number;
  /** p of β(t) = β tᵖ. */
  readonly power: number;
  readonly seeds: number;
  /** Energy over that of the truth in the highest third of the wavenumbers. */
  readonly high: Estimate;
  /** After one step. */
  readonly vrmse: Estimate;
  /** To the end points of the demo's teacher; null for what learns from data alone. */
  readonly distillationError: Estimate | null;
  /** Of 8 members; that of rollouts is the mean over their steps. */
  readonly crps: { readonly oneStep: Estimate; readonly rollout: Estimate };
}

/** Gathers the seeds of each part into a row, in the order of the contestants. */
export const rowsOf = (
  contestants: readonly NormContestant[],
  measured: readonly MeasuredNorm[],
): readonly NormRow[] =>
  gatherSeeds(contestants, measured, ({ part }) => part.name).map(({ first, found }) => {
    const { use, norm } = first.part;
    const of = (value: (each: MeasuredNorm) => number | null) => estimate(found.map(value));
    return {
      ...{ use: use.name, norm: norm.name, beta: norm.beta, power: norm.power },
      seeds: found.length,
      high: of(({ spectrum }) => spectrum.high),
      vrmse: of(({ oneStep }) => oneStep.vrmse),
      distillationError: use.distils ? of((each) => each.distillationError) : null,
      crps: {
        oneStep: of(({ oneStep }) => oneStep.crps),
        rollout: of(({ rollout }) => mean(rollout.crps)),
      },
    };
  });

const three = interval(3);
const four = interval(4);

const columns: readonly (readonly [title: string, cell: (row: NormRow) => string])[] = [
  ["use", ({ use }) => use],
  ["norm", ({ norm }) => norm],
  ["seeds", ({ seeds }) => String(seeds)],
  ["high band", ({ high }) => three(high)],
  ["VRMSE", ({ vrmse }) => four(vrmse)],
  ["distillation error", ({ distillationError: error }) => (error === null ? "–" : four(error))],
  ["CRPS, one step", ({ crps }) => four(crps.oneStep)],
  ["CRPS, rollout", ({ crps }) => four(crps.rollout)],
];

/** The rows as a Markdown table, those of a use together. */
export const tableOf = (rows: readonly NormRow[]): string =>
  markdownTable([
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, cell]) => cell(row))),
  ]);
