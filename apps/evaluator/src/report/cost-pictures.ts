import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { contestantStyles, truthStyle } from "./contestant-styles.ts";
import { type CostPoint, costChart } from "./cost-chart.ts";
import type { Picture } from "./picture.ts";
import { called, inPicture, inSeries, significant } from "./wording.ts";

/** What each student lost against the reference, over the time of a step; null where nothing was measured. */
export function distillationCost(evaluation: Evaluation): Picture | null {
  const points = costPoints(evaluation, ({ distillationError }) => distillationError);
  if (points.length === 0) return null;
  const { reference, teacherSpread } = evaluation;
  const teacher = called(reference ?? "the reference");
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
    ...costChart("What a student costs and what it loses", points, {
      yLabel: "distillation error (VRMSE)",
      guides: [...beside, ...spread],
    }),
    alt: costAlt("distillation error", points),
    caption: `VRMSE between a student’s end point and that of ${teacher}, from the same noise and condition, over the measured time. Lower left is better. ${timing(evaluation)}`,
  };
}

/** The one-step score of every contestant over the time of its step; null where nothing was measured. */
export function crpsCost(evaluation: Evaluation): Picture | null {
  const points = costPoints(evaluation, ({ oneStep }) => oneStep?.crps ?? null);
  if (points.length === 0) return null;
  const guides = evaluation.contestants.flatMap(({ name, msPerStep, oneStep }) =>
    msPerStep === null && oneStep !== null && oneStep.crps > 0
      ? [{ axis: "y" as const, at: oneStep.crps, label: name }]
      : [],
  );
  return {
    name: "cost-crps",
    ...costChart("What a forecast costs and how good it is", points, {
      yLabel: "one-step CRPS (training std)",
      guides,
    }),
    alt: costAlt("one-step CRPS", points),
    caption: `One-step CRPS, in standard deviations of the training data, over the measured time. Lower left is better.${guides.length > 0 ? ` What costs nothing is a dotted line (${inSeries(guides.map(({ label }) => label))}).` : ""} ${timing(evaluation)}`,
  };
}

/** What was timed and has a positive error. */
function costPoints(
  evaluation: Evaluation,
  errorOf: (contestant: ContestantEvaluation) => number | null,
): readonly CostPoint[] {
  const styles = contestantStyles(evaluation);
  return evaluation.contestants.flatMap((contestant) => {
    const { name, nfePerStep, msPerStep } = contestant;
    const error = errorOf(contestant);
    if (msPerStep === null || error === null || !(error > 0)) return [];
    const label = nfePerStep === null ? inPicture(name) : `${inPicture(name)} (${nfePerStep} NFE)`;
    const style = styles.get(name) ?? truthStyle;
    return [{ label, style, msPerStep, error }];
  });
}

const costAlt = (errorName: string, points: readonly CostPoint[]): string =>
  `Time per step and ${errorName} of each contestant: ${points
    .map(
      ({ label, msPerStep, error }) =>
        `${label} ${significant(msPerStep)} ms and ${significant(error)}`,
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
    ...(contestants.some(({ kind }) => kind === "solver")
      ? ["The solver advances one trajectory at a time."]
      : []),
    "NFE is the number of network evaluations per step.",
  ].join(" ");
}
