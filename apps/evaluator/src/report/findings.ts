import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import { called, referenceOf, significant } from "./wording.ts";

/**
 * What the figures say, in sentences: how much faster the models of one evaluation are than their teacher and
 * than the solver, what they lost, and whether there is any skill at all. What was not measured is not mentioned.
 */
export function findings(evaluation: Evaluation): readonly string[] {
  const reference = referenceOf(evaluation);
  const solver = evaluation.contestants.find(({ kind }) => kind === "solver") ?? null;
  const single = evaluation.contestants
    .filter((contestant) => contestant.nfePerStep === 1 && contestant !== reference)
    .sort((a, b) => Number(a.undistilled) - Number(b.undistilled));
  return [
    ...(reference === null
      ? []
      : single.flatMap((model, index) =>
          // The spread is said once.
          against(model, reference, index === 0 ? evaluation.teacherSpread : null),
        )),
    ...(solver === null ? [] : solverSentences(solver, evaluation, single)),
    ...(reference === null ? [] : skill(reference, evaluation)),
  ];
}

function against(
  model: ContestantEvaluation,
  reference: ContestantEvaluation,
  spread: number | null,
): string[] {
  if (model.msPerStep === null || reference.msPerStep === null) return [];
  const teacher = called(reference.name);
  const who = model.undistilled
    ? `${model.name} (${teacher}’s own weights, nothing distilled)`
    : model.name;
  const evaluations =
    reference.nfePerStep === null || reference.nfePerStep === 1
      ? "one network evaluation per step"
      : `one network evaluation per step instead of ${reference.nfePerStep}`;
  const speed = `${who} needs ${evaluations} and is ${compared(reference.msPerStep, model.msPerStep, teacher)} (${significant(model.msPerStep)} ms per sample against ${significant(reference.msPerStep)} ms).`;
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
  const [ours, theirs] = [model.spectrum?.high ?? null, reference.spectrum?.high ?? null];
  if (ours !== null && theirs !== null) {
    losses.push(
      `It has ${share(ours)} of the true energy at high |k|; ${teacher} has ${share(theirs)}.`,
    );
  }
  return [[speed, ...losses].join(" ")];
}

function solverSentences(
  solver: ContestantEvaluation,
  evaluation: Evaluation,
  single: readonly ContestantEvaluation[],
): string[] {
  const models = evaluation.contestants.filter(({ kind }) => kind === "model");
  const solverMs = solver.msPerStep;
  const timed = models.filter((model) => model.msPerStep !== null);
  const chosen = single.find((model) => model.msPerStep !== null) ?? timed[0];
  const sentences: string[] = [];
  if (solverMs !== null && chosen !== undefined) {
    const others = [...new Set([chosen, ...single])].flatMap(({ name, msPerStep }) =>
      msPerStep === null ? [] : [`${name} is ${compared(solverMs, msPerStep)}`],
    );
    sentences.push(
      `The solver (${solver.description}, one trajectory at a time) takes ${significant(solverMs)} ms for the same step: ${inSeries(others)}.`,
    );
  }
  const scored = models.filter((model) => model.oneStep !== null);
  const best = scored.reduce<ContestantEvaluation | null>(
    (a, b) => (a === null || crps(b) < crps(a) ? b : a),
    null,
  );
  if (solver.oneStep !== null && best !== null) {
    const worse = solver.oneStep.crps > crps(best);
    sentences.push(
      `From the same observed state, the solver’s forecast is ${worse ? `worse than ${called(best.name)}’s` : "at least as good as any model’s"}: its one-step CRPS is ${significant(solver.oneStep.crps)}; ${called(best.name)}’s is ${significant(crps(best))}.`,
    );
    const fastest = Math.min(...timed.map((model) => model.msPerStep as number));
    if (!worse && solverMs !== null && solverMs <= fastest)
      sentences.push("Here the solver wins: it is faster and at least as accurate as every model.");
    else if (solverMs !== null && solverMs <= fastest)
      sentences.push("The solver wins on time: no model is faster here.");
  }
  return sentences;
}

function skill(reference: ContestantEvaluation, evaluation: Evaluation): string[] {
  const baselines = evaluation.contestants.filter(
    ({ kind, oneStep }) => kind === "baseline" && oneStep !== null && oneStep.crps > 0,
  );
  if (reference.oneStep === null || baselines.length === 0) return [];
  const ratios = baselines.map(
    (baseline) => `${(crps(reference) / crps(baseline)).toFixed(2)} times that of ${baseline.name}`,
  );
  const beaten = baselines.every((baseline) => crps(reference) < crps(baseline));
  return [
    `The one-step CRPS of ${called(reference.name)} is ${inSeries(ratios)}${beaten ? "" : ", so it has no skill beyond a trivial forecast"}.`,
  ];
}

const crps = ({ oneStep }: ContestantEvaluation): number =>
  oneStep?.crps ?? Number.POSITIVE_INFINITY;

/** How a model's time compares with another's, who is named or was just spoken of. */
function compared(otherMs: number, ownMs: number, other: string | null = null): string {
  const factor = otherMs / ownMs;
  const than = other === null ? "" : ` than ${other}`;
  if (factor >= 1.05) return `${times(factor)} faster${than}`;
  if (factor <= 1 / 1.05) return `${times(1 / factor)} slower${than}`;
  return `as fast as ${other ?? "the solver"}`;
}

const times = (factor: number): string => `${factor.toFixed(factor < 10 ? 1 : 0)} times`;

function percent(value: number, reference: number): string {
  const change = Math.round(100 * (value / reference - 1));
  if (change === 0) return "within 1 % of";
  return change > 0 ? `${change} % above` : `${-change} % below`;
}

const share = (ratio: number): string => `${Math.round(100 * ratio)} %`;

/** "a", "a and b", "a, b and c". */
const inSeries = (parts: readonly string[]): string =>
  parts.length < 2
    ? parts.join("")
    : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
