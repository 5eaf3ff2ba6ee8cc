import type { Sampling } from "../contestants/contestant.ts";
import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { ScoreRatios } from "../measure/scores.ts";
import { exampleEvaluation } from "./example-evaluation.ts";

const of = (name: string): ContestantEvaluation =>
  exampleEvaluation.contestants.find(
    (contestant) => contestant.name === name,
  ) as ContestantEvaluation;

const ratioTo = (to: string, value: number): ScoreRatios => {
  const crps = { value, interval: [0.97 * value, 1.03 * value] } as const;
  return { to, oneStep: { crps }, rolloutMean: { crps }, ensemble: null, distillationError: null };
};

const stages: Readonly<Record<string, number>> = { euler: 1, midpoint: 2, flow: 1 };

/** A contestant at one budget, whose errors fall to `least` with more network evaluations. */
function atBudget(
  group: string,
  sampling: Sampling,
  least: number,
  given: Partial<ContestantEvaluation> = {},
): ContestantEvaluation {
  const template = of("flow");
  const nfe = (stages[sampling.name] ?? 1) * sampling.steps;
  const crps = least * (1 + 0.35 / nfe ** (stages[sampling.name] ?? 1));
  const distillation = {
    value: 0.4 / nfe + least / 4,
    interval: [0.36 / nfe, 0.5 / nfe + least / 4],
  } as const;
  const scaled = (value: number) => {
    const one = { value, interval: [0.95 * value, 1.05 * value] } as const;
    return { mean: one, channels: [one] };
  };
  return {
    ...template,
    name: `${group}@${sampling.name}:${sampling.steps}`,
    ...{ group, sampler: sampling, nfePerStep: nfe, msPerStep: 0.85 * nfe + 0.06, batch: 32 },
    description: `${sampling.steps} ${sampling.name} ${sampling.steps === 1 ? "step" : "steps"}`,
    oneStep: { vrmse: 2 * crps, crps },
    scores: {
      ...template.scores,
      oneStep: {
        ...template.scores.oneStep,
        ...{ crps: scaled(crps), vrmse: scaled(2 * crps), energyHigh: scaled(1 - 0.3 / nfe) },
        correlation: scaled(1 - crps / 8),
      },
      rolloutMean: { ...template.scores.rolloutMean, crps: scaled(2.5 * crps) },
      distillationError: given.distillationError === 0 ? null : distillation,
    },
    distillationError: distillation.value,
    ratioToTeacher: ratioTo("teacher@midpoint:50", crps / 0.14),
    ratioAtEqualCost: nfe < 20 ? ratioTo(`teacher@euler:${nfe}`, 0.9 + least / 10) : null,
    ...given,
  };
}

/** An evaluation of many contestants at many budgets with made-up figures, for tests of what is shown. */
export function exampleBudgets(students: number, budgets: readonly number[]): Evaluation {
  const teacher = (name: string, steps: number, given: Partial<ContestantEvaluation> = {}) =>
    atBudget("teacher", { name, steps }, 0.14, {
      undistilled: true,
      ratioAtEqualCost: null,
      ...given,
    });
  return {
    ...exampleEvaluation,
    reference: "teacher@midpoint:50",
    contestants: [
      ...["solver", "persistence", "climatology"].map(of),
      ...[1, 2, 5, 10].map((steps) => teacher("euler", steps, { isAdded: steps === 1 })),
      ...[1, 2].map((steps) => teacher("midpoint", steps)),
      teacher("midpoint", 50, { undistilled: false, distillationError: 0, ratioToTeacher: null }),
      ...Array.from({ length: students }, (_, student) =>
        budgets.map((steps) =>
          atBudget(`student-${student + 1}`, { name: "flow", steps }, 0.142 + 0.004 * student, {
            seeds: student === 0 ? 3 : 1,
          }),
        ),
      ).flat(),
    ],
  };
}
