import { markdownTable } from "command-line";
import type { Summary } from "evaluator/summary";
import type { Contestant } from "./plan.ts";
import { gatherSeeds } from "./seeds.ts";
import { deviation, mean } from "./statistics.ts";
import { decimals } from "./text.ts";

/** What is read of the evaluator's summary. */
export type Measured = Pick<
  Summary["contestants"][number],
  "name" | "nfePerStep" | "spectrum" | "distillationError"
> & {
  readonly oneStep: Pick<Summary["contestants"][number]["oneStep"], "crps">;
  readonly rollout: Pick<Summary["contestants"][number]["rollout"], "crps">;
};

/** One student in one way of running it, over its seeds. */
export interface Row {
  readonly method: string;
  readonly sampler: string;
  /** Network evaluations of a step, counted. */
  readonly nfe: number | null;
  /** Network evaluations of its training; null for the teacher. */
  readonly budget: number | null;
  readonly seeds: number;
  /** The deviation is that between seeds (n − 1), null for one. */
  readonly distillationError: { readonly mean: number | null; readonly std: number | null };
  /** Energy over that of the truth, in thirds of the wavenumbers; means over seeds. */
  readonly bands: {
    readonly low: number | null;
    readonly mid: number | null;
    readonly high: number | null;
  };
  /** Of 8 members; that of rollouts is the mean over their steps. */
  readonly crps: { readonly oneStep: number | null; readonly rollout: number | null };
}

/** Gathers the seeds of each student, sampler and budget into a row, in the order of the contestants. */
export function rowsOf(
  contestants: readonly Contestant[],
  measured: readonly Measured[],
): readonly Row[] {
  const groups = gatherSeeds(
    contestants,
    measured,
    ({ student, sampler, budget }) => `${student} ${sampler} ${budget}`,
  );
  return groups.map(({ first: { student, sampler, budget }, found }) => {
    const errors = found.map(({ distillationError }) => distillationError);
    const band = (name: "low" | "mid" | "high") =>
      mean(found.map(({ spectrum }) => spectrum[name]));
    return {
      method: student,
      sampler,
      nfe: found[0]?.nfePerStep ?? null,
      budget,
      seeds: found.length,
      distillationError: { mean: mean(errors), std: deviation(errors) },
      bands: { low: band("low"), mid: band("mid"), high: band("high") },
      crps: {
        oneStep: mean(found.map(({ oneStep }) => oneStep.crps)),
        rollout: mean(found.map(({ rollout }) => mean(rollout.crps))),
      },
    };
  });
}

const three = decimals(3);
const four = decimals(4);

const columns: readonly (readonly [title: string, cell: (row: Row) => string])[] = [
  ["method", ({ method }) => method],
  ["budget", ({ budget }) => (budget === null ? "–" : budget.toLocaleString("en"))],
  ["NFE", ({ nfe }) => (nfe === null ? "–" : String(nfe))],
  ["sampler", ({ sampler }) => sampler],
  ["seeds", ({ seeds }) => String(seeds)],
  [
    "distillation error",
    ({ distillationError: { mean: value, std } }) =>
      `${four(value)}${std === null ? "" : ` ± ${four(std)}`}`,
  ],
  ["low", ({ bands }) => three(bands.low)],
  ["mid", ({ bands }) => three(bands.mid)],
  ["high", ({ bands }) => three(bands.high)],
  ["CRPS, one step", ({ crps }) => four(crps.oneStep)],
  ["CRPS, rollout", ({ crps }) => four(crps.rollout)],
];

/** The rows as a Markdown table, sorted by evaluations and within them by distillation error. */
export function tableOf(rows: readonly Row[]): string {
  const sorted = rows.toSorted(
    (a, b) =>
      (a.budget ?? 0) - (b.budget ?? 0) ||
      (a.nfe ?? 0) - (b.nfe ?? 0) ||
      (a.distillationError.mean ?? Number.POSITIVE_INFINITY) -
        (b.distillationError.mean ?? Number.POSITIVE_INFINITY),
  );
  return markdownTable([
    columns.map(([title]) => title),
    ...sorted.map((row) => columns.map(([, cell]) => cell(row))),
  ]);
}
