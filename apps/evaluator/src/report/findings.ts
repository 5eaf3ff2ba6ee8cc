import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { asGood, bestStudent, students } from "./best-student.ts";
import { solverFindings } from "./solver-findings.ts";
import { called, comparedTime, inSeries, plural, referenceOf, significant } from "./wording.ts";

/** Models of one network evaluation that are spoken of beside the best; the table has all. */
const mostInWords = 4;

/**
 * What the figures say, in sentences: which student is best, how much faster the models are than their teacher and
 * than the solver, what they lost, and whether there is any skill at all. What was not measured is not mentioned, and
 * a model that is run otherwise than it learnt to be is named, not compared.
 */
export function findings(evaluation: Evaluation): readonly string[] {
  const reference = referenceOf(evaluation);
  const best = bestStudent(evaluation);
  const sound = evaluation.contestants.filter(({ warning }) => warning === undefined);
  const single = sound
    .filter((one) => one.nfePerStep === 1 && one !== reference && one !== best)
    .sort((a, b) => Number(a.undistilled) - Number(b.undistilled))
    .slice(0, mostInWords);
  const compared = best === null ? single : [best, ...single];
  return [
    ...(reference === null
      ? []
      : compared.flatMap((model, index) =>
          // The spread is said once.
          against(model, reference, index === 0 ? evaluation.teacherSpread : null),
        )
    ).map((sentence, index) =>
      index === 0 && best !== null ? `${bestInWords(best, evaluation)} ${sentence}` : sentence,
    ),
    ...solverFindings({ ...evaluation, contestants: sound }, compared),
    ...skill(evaluation, sound),
    ...diverging(evaluation),
    ...evaluation.contestants.flatMap(({ name, warning }) =>
      warning === undefined
        ? []
        : [`${name} is ${warning}. Its figures say nothing of the model as it is meant to be run.`],
    ),
  ];
}

/** Names the best student, and why it is the best. */
function bestInWords(best: ContestantEvaluation, evaluation: Evaluation): string {
  const others = students(evaluation).filter(({ oneStep }) => oneStep !== null);
  const own = best.oneStep?.crps;
  if (others.length < 2 || own === undefined) return `The student is ${best.name}.`;
  const least = others.reduce((a, b) => (crps(b) < crps(a) ? b : a));
  const why =
    least === best
      ? `its one-step CRPS, ${significant(own)}, is the smallest`
      : `it has the fewest network evaluations of those whose one-step CRPS is within ${100 * asGood} % of the smallest (${significant(own)}; ${least.name} has ${significant(crps(least))})`;
  const close = others.filter((other) => other !== best && overlap(best, other));
  const unsure =
    close.length === 0
      ? ""
      : ` The 95 % interval of its CRPS overlaps with that of ${inSeries(close.map(({ name }) => name))}.`;
  return `Of ${plural(others.length, "student")}, ${best.name} is the best: ${why}.${unsure}`;
}

function against(
  model: ContestantEvaluation,
  reference: ContestantEvaluation,
  spread: number | null,
): string[] {
  if (model.msPerStep === null || reference.msPerStep === null) return [];
  const teacher = called(reference.group);
  const who = model.undistilled
    ? `${model.name} (${teacher}’s own weights, nothing distilled)`
    : model.name;
  const own =
    model.nfePerStep === 1 ? "one network evaluation" : `${model.nfePerStep} network evaluations`;
  const evaluations =
    reference.nfePerStep === null || reference.nfePerStep === model.nfePerStep
      ? `${own} per step`
      : `${own} per step instead of ${reference.nfePerStep}`;
  const losses: string[] = [];
  if (model.distillationError !== null) {
    const apart =
      spread === null
        ? ""
        : ` (two independent samples of ${teacher} differ by ${significant(spread)})`;
    losses.push(
      `Its end points differ from ${teacher}’s by a VRMSE of ${significant(model.distillationError)}${apart}.`,
    );
  }
  if (model.oneStep !== null && reference.oneStep !== null) {
    losses.push(
      `Its one-step CRPS is ${percent(model.oneStep.crps, reference.oneStep.crps)} ${teacher}’s.`,
    );
  }
  const rival = model.ratioAtEqualCost;
  const beside = rival?.oneStep?.crps;
  if (rival !== null && rival.to !== reference.name && isFiniteNumber(beside?.value)) {
    const between =
      beside?.interval == null
        ? ""
        : ` (95 % interval ${beside.interval.map(significant).join(" … ")})`;
    losses.push(
      `It is ${significant(beside.value)} times${between} that of ${rival.to}, the undistilled weights at equal cost.`,
    );
  }
  const [high, highOfTeacher] = [model.spectrum?.high, reference.spectrum?.high];
  if (isFiniteNumber(high) && isFiniteNumber(highOfTeacher)) {
    losses.push(
      `It has ${share(high)} the true energy at high |k|; ${teacher} has ${share(highOfTeacher).replace(/ of$/u, "")}.`,
    );
  }
  const speed = `${who} needs ${evaluations} and is ${comparedTime(reference.msPerStep, model.msPerStep, teacher)} (${significant(model.msPerStep)} ms per sample against ${significant(reference.msPerStep)} ms).`;
  return [[speed, ...losses].join(" ")];
}

/** How the reference, or the best model where there is none, stands to the baselines. */
function skill(evaluation: Evaluation, sound: readonly ContestantEvaluation[]): string[] {
  const baselines = sound.filter(
    ({ kind, oneStep }) => kind === "baseline" && oneStep !== null && oneStep.crps > 0,
  );
  const [model = null] = [
    referenceOf(evaluation),
    ...sound.filter(({ kind }) => kind === "model").toSorted((a, b) => crps(a) - crps(b)),
  ].filter((one) => one !== null && one.oneStep !== null);
  if (model === null || !isFiniteNumber(crps(model)) || baselines.length === 0) return [];
  const ratios = baselines.map(
    (baseline) => `${(crps(model) / crps(baseline)).toFixed(2)} times that of ${baseline.name}`,
  );
  const beaten = baselines.every((baseline) => crps(model) < crps(baseline));
  return [
    `The one-step CRPS of ${called(model.name)} is ${inSeries(ratios)}${beaten ? "" : ", so it has no skill beyond a trivial forecast"}.`,
  ];
}

/** Whose rollouts end in values that are no finite numbers, and when. */
function diverging({ contestants, setting }: Evaluation): string[] {
  return contestants.flatMap(({ name, rollout }) => {
    const lost = rollout?.crps.findIndex((value) => !Number.isFinite(value)) ?? -1;
    if (lost === -1) return [];
    const time = Number(((lost + 1) * setting.frameInterval).toPrecision(4));
    return [`The rollouts of ${called(name)} diverge: from t = ${time} on they have no score.`];
  });
}

const crps = ({ oneStep }: ContestantEvaluation): number =>
  oneStep?.crps ?? Number.POSITIVE_INFINITY;

/** Whether the intervals of the one-step CRPS have values in common. */
function overlap(one: ContestantEvaluation, other: ContestantEvaluation): boolean {
  const [a, b] = [one, other].map(({ scores }) => scores.oneStep?.crps?.mean.interval ?? null);
  return a != null && b != null && a[0] <= b[1] && b[0] <= a[1];
}

const isFiniteNumber = (value: number | null | undefined): value is number =>
  Number.isFinite(value);

function percent(value: number, reference: number): string {
  const change = Math.round(100 * (value / reference - 1));
  if (!Number.isFinite(change)) return "not comparable with";
  if (change === 0) return "within 1 % of";
  return change > 0 ? `${change} % above` : `${-change} % below`;
}

const share = (ratio: number): string =>
  ratio < 10 ? `${Math.round(100 * ratio)} % of` : `${significant(ratio)} times`;
