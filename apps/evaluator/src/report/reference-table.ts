import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { EnsembleScoreName } from "../measure/scores.ts";
import { pageTable } from "./page-table.ts";
import type { ScoreColumn } from "./score-columns.ts";
import { scoreTable } from "./score-table.ts";
import { pageColumn } from "./score-tables.ts";
import { plural } from "./wording.ts";

const column = (title: string, name: EnsembleScoreName, explanation: string): ScoreColumn => ({
  title,
  of: "ensemble",
  explanation,
  best: 0,
  score: ({ scores }) => scores.ensemble?.[name]?.mean ?? null,
});

/** The scores against a reference ensemble, in the mean over channels. */
const columns: readonly ScoreColumn[] = [
  column("mean", "meanError", "relative L2 error of the ensemble mean"),
  column("deviation", "deviationError", "relative L2 error of the ensemble's standard deviation"),
  column(
    "energy d.",
    "energyDistance",
    "energy distance of whole fields, unbiased, in standard deviations of the training data",
  ),
  column(
    "spectrum",
    "spectrumError",
    "relative error of the shell-averaged spectrum; of a vorticity that of the enstrophy",
  ),
  column("CRPS", "crps", "fair CRPS in the mean over the reference's members as truths"),
];

/** The floor in the place of a contestant; null where there is none. */
function floorOf({ ensemble }: Evaluation): ContestantEvaluation | null {
  if (ensemble?.floor == null) return null;
  const { members, against, scores } = ensemble.floor;
  return {
    ...{ name: "floor", group: "floor", sampler: null, seeds: 1, kind: "baseline" },
    description: `${plural(members, "member")} of the reference against its other ${against}`,
    ...{ undistilled: false, isAdded: false, nfePerStep: null, msPerStep: null, batch: null },
    ...{ oneStep: null, rollout: null, spectrum: null, shells: null, distillationError: null },
    ...{ ratioToTeacher: null, ratioAtEqualCost: null, frames: null, ensembleFields: null },
    scores: {
      ...{ oneStep: null, rollout: null, rolloutMean: null, distillationError: null },
      ...{ correlationTimes: null, divergence: [], rankHistogram: null, ensemble: scores },
    },
  };
}

/** The columns that have a value, and the rows: every contestant, then the floor. */
function shownOf(evaluation: Evaluation) {
  const floor = floorOf(evaluation);
  const rows = [...evaluation.contestants, ...(floor === null ? [] : [floor])];
  const shown = columns.filter(({ score }) => rows.some((row) => score(row) !== null));
  return { floor, rows, shown };
}

const captionOf = ({ ensemble, setting }: Evaluation): string =>
  `After one step: ${plural(ensemble?.conditions ?? 0, "condition")}, ${plural(ensemble?.members ?? 0, "member")} of the reference and ${setting.members} of each contestant`;

/** The scores against the reference ensemble as aligned text; null where there was none. */
export function referenceTable(evaluation: Evaluation): string | null {
  if (evaluation.ensemble === null) return null;
  const { rows, shown } = shownOf(evaluation);
  const table = scoreTable({ ...evaluation, contestants: rows }, shown);
  return `Against the reference ensemble. ${captionOf(evaluation)}\n${table}`;
}

/** The same as a table of the page, with intervals; empty where there was none. */
export function referencePageTable(evaluation: Evaluation): string {
  if (evaluation.ensemble === null) return "";
  const { floor, rows, shown } = shownOf(evaluation);
  const drawn = shown.map((one) => {
    const own = pageColumn(evaluation, one);
    return {
      ...own,
      // The floor takes no part in the comparison.
      cell: (row: ContestantEvaluation) =>
        row === floor ? { ...own.cell(row), isBest: false } : own.cell(row),
    };
  });
  return pageTable({ ...evaluation, contestants: rows }, captionOf(evaluation), drawn);
}
