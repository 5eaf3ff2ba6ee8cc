import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { samplerBudgets } from "./budget-lines.ts";
import { type CostLine, costChart } from "./cost-chart.ts";
import type { Picture } from "./picture.ts";
import { inPicture, inSeries, referenceInWords, significant } from "./wording.ts";

/** What each student lost against the reference, over the time of a step; null where nothing was measured. */
export function distillationCost(evaluation: Evaluation): Picture | null {
  const lines = costLines(evaluation, ({ distillationError }) => distillationError);
  if (lines.length === 0) return null;
  const { reference, teacherSpread } = evaluation;
  const teacher = referenceInWords(evaluation);
  const beside = evaluation.contestants.flatMap(({ name, kind, msPerStep }) =>
    msPerStep !== null && (name === reference || kind === "solver")
      ? [{ axis: "x" as const, at: msPerStep, label: name }]
      : [],
  );
  const spread =
    teacherSpread !== null && teacherSpread > 0
      ? [{ axis: "y" as const, at: teacherSpread, label: `two samples of ${teacher}` }]
      : [];
  return {
    name: "cost-distillation",
    ...costChart("What a student costs and what it loses", lines, {
      yLabel: "distillation error (VRMSE)",
      guides: [...beside, ...spread],
    }),
    alt: costAlt("distillation error", lines),
    caption: `VRMSE between a student’s end point and that of ${teacher}, from the same noise and condition, over the measured time. Lower left is better. ${timing(evaluation)}`,
  };
}

/** The one-step score of every contestant over the time of its step; null where nothing was measured. */
export function crpsCost(evaluation: Evaluation): Picture | null {
  const lines = costLines(evaluation, ({ oneStep }) => oneStep?.crps ?? null);
  if (lines.length === 0) return null;
  const guides = evaluation.contestants.flatMap(({ name, msPerStep, oneStep }) =>
    msPerStep === null && oneStep !== null && oneStep.crps > 0
      ? [{ axis: "y" as const, at: oneStep.crps, label: name }]
      : [],
  );
  return {
    name: "cost-crps",
    ...costChart("What a forecast costs and how good it is", lines, {
      yLabel: "one-step CRPS (training std)",
      guides,
    }),
    alt: costAlt("one-step CRPS", lines),
    caption: `One-step CRPS, in standard deviations of the training data, over the measured time. Lower left is better.${guides.length > 0 ? ` What costs nothing is a dotted line (${inSeries(guides.map(({ label }) => label))}).` : ""} ${timing(evaluation)}`,
  };
}

/** What was timed and has a positive error. */
function costLines(
  evaluation: Evaluation,
  errorOf: (contestant: ContestantEvaluation) => number | null,
): readonly CostLine[] {
  return samplerBudgets(evaluation).flatMap(({ name, style, budgets }) => {
    const shown = budgets.flatMap((contestant) => {
      const { msPerStep, nfePerStep } = contestant;
      const error = errorOf(contestant);
      return msPerStep === null || error === null || !(error > 0)
        ? []
        : [{ msPerStep, nfePerStep, error }];
    });
    const [first, ...more] = shown;
    if (first === undefined) return [];
    const costs = [...new Set([first, shown.at(-1) ?? first].map(({ nfePerStep }) => nfePerStep))];
    const label = costs.includes(null)
      ? inPicture(name)
      : `${inPicture(name)} (${costs.join("–")} NFE)`;
    return [{ label, style, points: [first, ...more] }];
  });
}

const costAlt = (errorName: string, lines: readonly CostLine[]): string =>
  `Time per step and ${errorName} of each contestant: ${lines
    .map(
      ({ label, points }) =>
        `${label} ${points
          .map(({ msPerStep, error }) => `${significant(msPerStep)} ms and ${significant(error)}`)
          .join(", ")}`,
    )
    .join("; ")}.`;

/** How the times were taken, in sentences. */
export function timing({ contestants, setting }: Evaluation): string {
  const batches = new Set(
    contestants.flatMap(({ kind, batch }) => (kind === "model" && batch !== null ? [batch] : [])),
  );
  return [
    ...(batches.size > 0
      ? [`Models are timed at batch ${[...batches].join(", ")} with ${setting.device}.`]
      : []),
    ...(contestants.some(({ seeds }) => seeds > 1) ? ["Of several seeds the first is timed."] : []),
    ...(contestants.some(({ kind }) => kind === "solver")
      ? ["The solver advances one trajectory at a time."]
      : []),
    "NFE is the number of network evaluations per step.",
  ].join(" ");
}
