import { join } from "node:path";
import type { Comparison, Study, StudyOptions } from "../study.ts";
import { referenceEnsemble } from "../work/draw-ensemble.ts";
import { evaluation, type TrainedContestant } from "../work/evaluate.ts";
import { type Simulation, simulation } from "../work/simulate.ts";
import { slugOf } from "../work/slug.ts";
import { training, trainings } from "../work/train.ts";
import { bestStudent, vrmse } from "./best-student.ts";
import { chosen } from "./chosen.ts";
import { distilled, iterationsOf } from "./distilled.ts";
import { nearestDistribution } from "./nearest-distribution.ts";
import { students, teacherSamplers, trained } from "./students.ts";

/** Samples of a batch; members × conditions for what learns from a score. */
const batchSize = 16;
const teacherIterations = 3000;
/** Measured on two cores with native TensorFlow. */
const secondsPerEvaluation = 1 / 700;

/** The best of each kind on Kuramoto–Sivashinsky, with the published winner of this system. */
const compared = students.filter(({ name }) =>
  [
    "single_step",
    "trajectory, two jumps",
    "velocity_pd, two stages",
    "flow",
    "adversarial",
  ].includes(name),
);

/** What a regression or a generator is trained for: the evaluations of the teacher and of a student together. */
async function rival(
  { place, extent, seeds }: StudyOptions,
  {
    data,
    method,
    budget,
  }: { readonly data: Simulation; readonly method: string; readonly budget: number },
): Promise<TrainedContestant> {
  const evaluations = teacherIterations * batchSize * trained + budget;
  const share = { share: 1, evaluations: trained };
  const runs = await trainings(place, seeds, {
    ...{ name: `${method}, ${evaluations}`, data, method, settings: [] },
    iterations: extent.iterations(iterationsOf(evaluations, share, batchSize)),
    seconds: extent.seconds(evaluations * secondsPerEvaluation),
  });
  return { name: method, runs, samplers: [] };
}

const keptNames = ["single_step", "trajectory, two jumps"];

const fromDataName = (method: string): string => `${method}, from data`;

interface Regime {
  readonly heading: string;
  readonly about: string;
  readonly stochastic: boolean;
  /** Of what learns from data alone. */
  readonly rival: string;
  readonly sizes: readonly string[];
  readonly simulationSeconds: number;
}

const regimes: readonly Regime[] = [
  {
    heading: "Stirred at random",
    about:
      "Two-dimensional flow stirred at random on eight modes, solved on 128² and averaged to 32², frames half a time unit apart. The truth of each state is a distribution: the scores hold 16 members of each contestant against an ensemble that the solver drew from the same state. `crps` learns from data for as many evaluations as teacher and student together.",
    stochastic: true,
    rival: "crps",
    sizes: [],
    simulationSeconds: 560,
  },
  {
    heading: "The deterministic twin",
    about:
      "The same flow without noise: it decays from the same states, 12 frames of each of 120 trajectories. `deterministic` is a regression of equal size for as many evaluations as teacher and student together.",
    stochastic: false,
    rival: "deterministic",
    sizes: ["data.frames=12", "data.trajectories.train=120", "data.trajectories.test=24"],
    simulationSeconds: 1000,
  },
];

async function comparisonOf(options: StudyOptions, regime: Regime): Promise<Comparison> {
  const { place, extent, only, budgets = [110_000], seeds } = options;
  const setting = extent.setting({
    experiment: join("tooling", "results", "src", "experiments", "kolmogorov2d-small.ts"),
    overrides: [`data.stochastic=${regime.stochastic}`],
    sizes: regime.sizes,
  });
  const data = await simulation(setting, place, extent.seconds(regime.simulationSeconds));
  const teacher = await training(place, {
    ...{ name: "teacher", data, method: "velocity", seed: 0, settings: [] },
    iterations: extent.iterations(teacherIterations),
    seconds: extent.seconds(teacherIterations * batchSize * trained * secondsPerEvaluation),
  });
  const { contestants, labels } = await distilled(options, {
    ...{ data, teacher, students: chosen(compared, only), budgets },
    ...{ batchSize, secondsPerEvaluation },
  });
  const ensemble = regime.stochastic
    ? referenceEnsemble(place, { data, ...extent.ensemble, seconds: extent.seconds(240) })
    : null;
  const fromData = await rival(options, { data, method: regime.rival, budget: budgets[0] ?? 0 });
  const name = `kolmogorov2d-${regime.stochastic ? "stochastic" : "deterministic"}`;
  return {
    ...{ heading: regime.heading, about: regime.about },
    evaluation: evaluation(place, {
      ...{ name, title: `Kolmogorov flow, ${regime.heading.toLowerCase()}`, data, ensemble },
      others: ["persistence", "solver:2"],
      contestants: [
        { name: "teacher", runs: [teacher], samplers: ["midpoint:50", ...teacherSamplers] },
        ...contestants,
        fromData,
      ],
      ...extent.numbers({ members: 16, samples: 48, rollouts: 8, rolloutLength: 10 }),
      seconds: extent.seconds(400 + 10 * contestants.length * seeds),
    }),
    kept: [
      { contestant: { name: "teacher", runs: [teacher], samplers: [] }, sampler: "euler:1" },
      // One of the best with one evaluation, and the best with two.
      ...contestants
        .filter(({ name }) => keptNames.some((kept) => name.startsWith(slugOf(kept))))
        .map((contestant) => ({ contestant, sampler: contestant.samplers[0] ?? null })),
    ],
    pictures: regime.stochastic
      ? [
          {
            file: "budget-ensemble-energydistance.png",
            about:
              "Energy distance to the solver's ensemble over network evaluations and over time",
          },
          {
            file: "spectrum-ratios.png",
            about: "Energy at each wavenumber after one step over the truth's",
          },
        ]
      : [{ file: "budget-crps.png", about: "CRPS over network evaluations and over time" }],
    labels: {
      teacher: { method: "the teacher, not distilled", budget: null },
      [regime.rival]: { method: fromDataName(regime.rival), budget: null },
      ...labels,
    },
    columns: [
      ...["method", "budget", "NFE", "sampler", "seeds"],
      ...(regime.stochastic
        ? ["mean error", "deviation error", "energy distance", "enstrophy error", "CRPS, ensemble"]
        : ["VRMSE", "distillation error", "high", "VRMSE, rollout"]),
    ],
  };
}

export const methodsKolmogorov2d: Study = {
  name: "methods-kolmogorov2d",
  title: "Students where the truth is a distribution: Kolmogorov flow stirred at random",
  question:
    "Where the same state has many next ones, which student has the distribution of the solver with one evaluation, and does it hold beside adversarial training and beside a network trained by the CRPS?",
  seeds: 3,
  cost: { evaluations: "144,000 for each teacher, 110,000 for each student", minutes: 164 },
  parts: compared.map(({ name }) => name),
  plan: (options) => Promise.all(regimes.map((regime) => comparisonOf(options, regime))),
  answer: ([stochastic = [], deterministic = []]) =>
    `Stirred: ${nearestDistribution(stochastic, ["adversarial", fromDataName("crps")])} Deterministic: ${bestStudent(deterministic, vrmse)}`,
};
