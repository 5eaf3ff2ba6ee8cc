import { markdownTable } from "command-line";
import type { Summary } from "evaluator/summary";
import { gatherSeeds } from "../seeds.ts";
import { type Estimate, estimate, mean } from "../statistics.ts";
import { decimals, interval } from "../text.ts";
import type { DeterministicContestant } from "./plan.ts";

/** What is read of the evaluator's summary. */
export type MeasuredStep = Pick<Summary["contestants"][number], "name" | "nfePerStep"> & {
  readonly oneStep: { readonly vrmse: number | null };
  readonly rollout: { readonly vrmse: readonly (number | null)[] };
};

/** One way of making a next state, over its seeds. */
export interface DeterministicRow {
  readonly method: string;
  readonly sampler: string | null;
  /** Network evaluations of a step, counted. */
  readonly nfe: number | null;
  readonly seeds: number;
  readonly vrmse: {
    readonly oneStep: Estimate;
    /** The mean over the steps of a rollout. */
    readonly rollout: Estimate;
    readonly lastStep: Estimate;
  };
}

/** Persistence, then the seeds of each contestant and sampler in a row, in the order of the contestants. */
export function rowsOf(
  contestants: readonly DeterministicContestant[],
  measured: readonly MeasuredStep[],
): readonly DeterministicRow[] {
  const rowOf = (
    method: string,
    sampler: string | null,
    found: readonly MeasuredStep[],
  ): DeterministicRow => {
    const of = (value: (each: MeasuredStep) => number | null) => estimate(found.map(value));
    return {
      ...{ method, sampler, nfe: found[0]?.nfePerStep ?? null, seeds: found.length },
      vrmse: {
        oneStep: of(({ oneStep }) => oneStep.vrmse),
        rollout: of(({ rollout }) => mean(rollout.vrmse)),
        lastStep: of(({ rollout }) => rollout.vrmse.at(-1) ?? null),
      },
    };
  };
  return [
    rowOf(
      "persistence",
      null,
      measured.filter(({ name }) => name === "persistence"),
    ),
    ...gatherSeeds(
      contestants,
      measured,
      ({ part, sampler }) => `${part.name} ${sampler ?? ""}`,
    ).map(({ first: { part, sampler }, found }) => rowOf(part.name, sampler, found)),
  ];
}

const columns: readonly (readonly [title: string, cell: (row: DeterministicRow) => string])[] = [
  ["method", ({ method }) => method],
  ["sampler", ({ sampler }) => sampler ?? "–"],
  ["NFE", ({ nfe }) => decimals(0)(nfe)],
  ["seeds", ({ method, seeds }) => (method === "persistence" ? "–" : String(seeds))],
  ["VRMSE, one step", ({ vrmse }) => interval(4)(vrmse.oneStep)],
  ["VRMSE, rollout", ({ vrmse }) => interval(3)(vrmse.rollout)],
  ["VRMSE, last step", ({ vrmse }) => interval(3)(vrmse.lastStep)],
];

/** The rows as a Markdown table. */
export const tableOf = (rows: readonly DeterministicRow[]): string =>
  markdownTable([
    columns.map(([title]) => title),
    ...rows.map((row) => columns.map(([, cell]) => cell(row))),
  ]);
