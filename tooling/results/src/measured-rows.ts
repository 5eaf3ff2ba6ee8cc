import type { Summary } from "evaluator/summary";
import { figureColumns, type Origin } from "./columns.ts";
import { type Figure, notMeasured, type Row } from "./rows.ts";
import type { Label } from "./study.ts";

/** One contestant at one budget, as a summary has it. */
type Measured = Summary["contestants"][number];

const bare = ({ value, interval }: Figure): Figure => ({ value, interval });

function figureOf({ scores, budget }: Measured, origin: Origin): Figure {
  switch (origin.part) {
    case "distillationError":
      return bare(scores.distillationError ?? notMeasured);
    case "milliseconds":
      return { value: budget.milliseconds, interval: null };
    case "lastStep":
      return { value: scores.rollout?.[origin.score]?.mean.at(-1) ?? null, interval: null };
    default:
      return bare(scores[origin.part]?.[origin.score]?.mean ?? notMeasured);
  }
}

function ratioOf({ ratioToTeacher: ratio }: Measured, origin: Origin): Figure {
  if (ratio === null) return notMeasured;
  switch (origin.part) {
    case "distillationError":
      return bare(ratio.distillationError ?? notMeasured);
    case "milliseconds":
    case "lastStep":
      return notMeasured;
    default:
      return bare(ratio[origin.part]?.[origin.score] ?? notMeasured);
  }
}

/** The figures that are known, by the name of their column. */
const known = (of: (origin: Origin) => Figure): Readonly<Record<string, Figure>> =>
  Object.fromEntries(
    figureColumns
      .map(({ name, origin }) => [name, of(origin)] as const)
      .filter(([, { value }]) => value !== null),
  );

/** The standard deviation with n − 1. */
function deviationOf(values: readonly (number | null)[]): number | null {
  const there = values.filter((value) => value !== null);
  if (there.length < 2 || there.length < values.length) return null;
  const mean = there.reduce((sum, value) => sum + value, 0) / there.length;
  return Math.sqrt(there.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (there.length - 1));
}

/** What some members of a reference ensemble score against the others. */
function floorOf({ ensemble }: Pick<Summary, "ensemble">): readonly Row[] {
  if (!ensemble?.floor) return [];
  const { members, against, scores } = ensemble.floor;
  return [
    {
      method: `floor: ${members} members of the solver's ensemble against the other ${against}`,
      ...{ sampler: null, nfe: null, budget: null, seeds: 1, ratios: {}, deviation: null },
      figures: known((origin) =>
        origin.part === "ensemble" ? bare(scores[origin.score]?.mean ?? notMeasured) : notMeasured,
      ),
    },
  ];
}

/** A row for each contestant and budget of an evaluation, as its labels call them, and one for the floor. */
export const measuredRows = (
  summary: Pick<Summary, "contestants" | "ensemble">,
  labels: Readonly<Record<string, Label>>,
): readonly Row[] => [
  ...floorOf(summary),
  ...summary.contestants.map((measured) => {
    const { group, budget, nfePerStep, seeds } = measured;
    const { method, budget: training } = labels[group] ?? { method: group, budget: null };
    return {
      method,
      sampler: budget.sampler === null ? null : `${budget.sampler}:${budget.steps}`,
      ...{ nfe: nfePerStep, budget: training, seeds },
      deviation: deviationOf(measured.distillationErrors ?? []),
      figures: known((origin) => figureOf(measured, origin)),
      ratios: known((origin) => ratioOf(measured, origin)),
    };
  }),
];
