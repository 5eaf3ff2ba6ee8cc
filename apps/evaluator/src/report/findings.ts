import type { Evaluation, ModelEvaluation } from "../measure/evaluation.ts";
import { significant } from "./table-columns.ts";

/**
 * What the figures say, in sentences: how much faster the one-evaluation models are than their teacher
 * and than the solver, what was lost, and whether there is any skill at all. Nothing that was not
 * measured is mentioned.
 */
export function findings(evaluation: Evaluation): readonly string[] {
  const teacher = evaluation.models.find((model) => model.name === evaluation.reference) ?? null;
  const solver = evaluation.models.find((model) => model.kind === "solver") ?? null;
  const single = evaluation.models
    .filter((model) => model.nfePerStep === 1 && model !== teacher)
    .sort((a, b) => Number(a.undistilled) - Number(b.undistilled));
  return [
    ...(teacher === null
      ? []
      : single.flatMap((model, index) =>
          // Said once, it need not be said again.
          against(model, teacher, index === 0 ? evaluation.teacherSpread : null),
        )),
    ...(solver === null ? [] : solverSentences(solver, evaluation, single)),
    ...(teacher === null ? [] : skill(teacher, evaluation)),
  ];
}

function against(
  model: ModelEvaluation,
  teacher: ModelEvaluation,
  teacherSpread: number | null,
): string[] {
  if (model.msPerStep === null || teacher.msPerStep === null) return [];
  const who = model.undistilled
    ? `${model.name} (the teacher’s own weights, nothing distilled)`
    : model.name;
  const speed = `${who} needs one network evaluation a step where ${called(teacher)} needs ${teacher.nfePerStep}, and is ${compare(teacher.msPerStep, model.msPerStep)} (${significant(model.msPerStep)} ms against ${significant(teacher.msPerStep)} ms a sample).`;
  const losses: string[] = [];
  if (model.distillationError !== null) {
    const spread =
      teacherSpread === null
        ? ""
        : `, where two independent samples of the teacher are ${significant(teacherSpread)} apart`;
    losses.push(
      `its end points are ${significant(model.distillationError)} (VRMSE) away from the teacher’s${spread}`,
    );
  }
  if (model.oneStep !== null && teacher.oneStep !== null)
    losses.push(
      `its one-step CRPS is ${percent(model.oneStep.crps, teacher.oneStep.crps)} the teacher’s`,
    );
  if (model.spectrum !== null && teacher.spectrum !== null)
    losses.push(
      `it keeps ${share(model.spectrum.high)} of the energy at high |k|, the teacher ${share(teacher.spectrum.high)}`,
    );
  return losses.length === 0 ? [speed] : [`${speed} What it lost: ${losses.join("; ")}.`];
}

function solverSentences(
  solver: ModelEvaluation,
  evaluation: Evaluation,
  single: readonly ModelEvaluation[],
): string[] {
  const networks = evaluation.models.filter((model) => model.kind === "network");
  const solverMs = solver.msPerStep;
  const timed = networks.filter((model) => model.msPerStep !== null);
  const chosen = single.find((model) => model.msPerStep !== null) ?? timed[0];
  const sentences: string[] = [];
  if (solverMs !== null && chosen !== undefined) {
    const others = [...new Set([chosen, ...single])].flatMap(({ name, msPerStep }) =>
      msPerStep === null ? [] : [`${name} is ${compare(solverMs, msPerStep)}`],
    );
    sentences.push(
      `The solver (${solver.description}, one trajectory at a time) takes ${significant(solverMs)} ms for the same step: ${others.join(", ")}.`,
    );
  }
  const scored = networks.filter((model) => model.oneStep !== null);
  const best = scored.reduce<ModelEvaluation | null>(
    (a, b) => (a === null || crps(b) < crps(a) ? b : a),
    null,
  );
  if (solver.oneStep !== null && best !== null) {
    const worse = solver.oneStep.crps > crps(best);
    sentences.push(
      worse
        ? `Started from the same observed state, the solver’s forecast is worse: one-step CRPS ${significant(solver.oneStep.crps)} against ${significant(crps(best))} of ${called(best)}.`
        : `Started from the same observed state, the solver’s forecast is at least as good as any network’s: one-step CRPS ${significant(solver.oneStep.crps)} against ${significant(crps(best))} of ${called(best)}.`,
    );
    const fastest = Math.min(...timed.map((model) => model.msPerStep as number));
    if (!worse && solverMs !== null && solverMs <= fastest)
      sentences.push(
        "Here the solver wins: it is faster and at least as accurate as every network.",
      );
    else if (solverMs !== null && solverMs <= fastest)
      sentences.push("The solver wins on time: no network is faster here.");
  }
  return sentences;
}

function skill(teacher: ModelEvaluation, evaluation: Evaluation): string[] {
  const baselines = evaluation.models.filter(
    ({ kind, oneStep }) =>
      (kind === "persistence" || kind === "climatology") && oneStep !== null && oneStep.crps > 0,
  );
  if (teacher.oneStep === null || baselines.length === 0) return [];
  const ratios = baselines.map(
    (model) => `${(crps(teacher) / crps(model)).toFixed(2)}× ${model.name}’s`,
  );
  const beaten = baselines.every((model) => crps(teacher) < crps(model));
  return [
    `The one-step CRPS of ${called(teacher)} is ${ratios.join(" and ")}${beaten ? "" : ": it has no skill over a trivial forecast"}.`,
  ];
}

const crps = (model: ModelEvaluation): number => model.oneStep?.crps ?? Number.POSITIVE_INFINITY;

const called = ({ name }: ModelEvaluation): string => (name === "teacher" ? "the teacher" : name);

function compare(slowMs: number, fastMs: number): string {
  const factor = slowMs / fastMs;
  if (factor >= 1.05) return `${times(factor)} faster`;
  if (factor <= 1 / 1.05) return `${times(1 / factor)} slower`;
  return "as fast";
}

const times = (factor: number): string => `${factor.toFixed(factor < 10 ? 1 : 0)} times`;

function percent(value: number, reference: number): string {
  const change = Math.round(100 * (value / reference - 1));
  if (change === 0) return "within 1 % of";
  return change > 0 ? `${change} % above` : `${-change} % below`;
}

const share = (ratio: number): string => `${Math.round(100 * ratio)} %`;
