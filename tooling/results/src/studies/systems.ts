import type { Comparison, Study, StudyOptions } from "../study.ts";
import { evaluation } from "../work/evaluate.ts";
import { simulation } from "../work/simulate.ts";
import { training } from "../work/train.ts";
import { bestStudent, crps } from "./best-student.ts";
import { chosen } from "./chosen.ts";
import { distilled } from "./distilled.ts";
import { students, trained } from "./students.ts";

const batchSize = 8;
const teacherIterations = 2000;

/** One system at a size that two cores can do. */
interface Part {
  readonly name: string;
  readonly about: string;
  readonly experiment: string;
  readonly sizes: readonly string[];
  /** What stands beside the models; a solver only where it can begin from what is seen. */
  readonly others: readonly string[];
  /** Measured on two cores with native TensorFlow. */
  readonly seconds: {
    readonly simulation: number;
    /** One network evaluation of one sample in training. */
    readonly perEvaluation: number;
    /** The comparison of contestants. */
    readonly evaluation: number;
  };
}

const trajectories = (train: number, validation: number, test: number) =>
  [
    `data.trajectories.train=${train}`,
    `data.trajectories.validation=${validation}`,
    `data.trajectories.test=${test}`,
  ] as const;

const parts: readonly Part[] = [
  {
    name: "rti3d_full",
    about:
      "Rayleigh–Taylor mixing in volumes: solved on 32³, every second point seen, 16³; U-Net (32, 64).",
    experiment: "rti3d_full",
    sizes: [
      ...["data.numPoints=[32,32,32]", "data.observation.pointStride=2"],
      // Viscous enough for 32 cells.
      ...["data.viscosity=4e-3", "data.diffusivity=4e-3", "network.features=[32,64]"],
      ...trajectories(20, 5, 10),
    ],
    others: ["persistence", "climatology"],
    seconds: { simulation: 130, perEvaluation: 0.0105, evaluation: 710 },
  },
  {
    name: "rti3d_sliced",
    about:
      "Slices of Rayleigh–Taylor mixing: solved on 32³, one upright plane seen, 32²; U-Net (32, 64).",
    experiment: "rti3d_sliced",
    sizes: [
      ...["data.numPoints=[32,32,32]", "data.viscosity=4e-3", "data.diffusivity=4e-3"],
      ...["network.features=[32,64]", ...trajectories(20, 5, 10)],
    ],
    others: ["persistence", "climatology"],
    seconds: { simulation: 150, perEvaluation: 0.002, evaluation: 130 },
  },
  {
    name: "ks2d",
    about:
      "Kuramoto–Sivashinsky on 64² points, all seen, half a time unit apart, a quarter of the full box; the full network, U-Net (64, 128). At the highest wavenumbers the truth has next to no energy: there the ratio tells how much noise a model leaves, and nothing about blur.",
    experiment: "ks2d",
    sizes: ["data.numPoints=64", "data.extent=25", "data.frames=101", ...trajectories(24, 2, 6)],
    others: ["persistence", "solver"],
    seconds: { simulation: 10, perEvaluation: 0.0115, evaluation: 700 },
  },
];

const compared = students.filter(({ name }) =>
  ["single_step", "trajectory, two jumps"].includes(name),
);

async function comparisonOf(
  options: StudyOptions,
  { name, about, experiment, sizes, others, seconds }: Part,
): Promise<Comparison> {
  const { place, extent, budgets = [40_000], seeds } = options;
  const setting = extent.setting({
    experiment,
    sizes: [
      ...sizes,
      ...[`training.batchSize=${batchSize}`, "models.velocity.averageDecay=0.998"],
      // The demo's: the experiments' own are for a hundred times as many iterations.
      "training.learningRate.max=1e-3",
    ],
  });
  const data = await simulation(setting, place, extent.seconds(seconds.simulation));
  const teacher = await training(place, {
    ...{ name: "teacher", data, method: "velocity", seed: 0 },
    settings: ["learningRate.max=1e-3"],
    iterations: extent.iterations(teacherIterations),
    seconds: extent.seconds(teacherIterations * batchSize * trained * seconds.perEvaluation),
  });
  const { contestants, labels } = await distilled(options, {
    ...{ data, teacher, students: compared, budgets, batchSize },
    secondsPerEvaluation: seconds.perEvaluation,
  });
  return {
    ...{ heading: name, about },
    evaluation: evaluation(place, {
      ...{ name, title: `${name}: teacher and students`, data, others },
      contestants: [
        { name: "teacher", runs: [teacher], samplers: ["midpoint:50", "euler:1,2", "midpoint:1"] },
        ...contestants,
      ],
      ...extent.numbers({ members: 8, samples: 32, rollouts: 5, rolloutLength: 8 }),
      seconds: extent.seconds(seconds.evaluation * seeds),
    }),
    labels: { teacher: { method: "the teacher, not distilled", budget: null }, ...labels },
    columns: [
      // Of a fluid that is still at rest the VRMSE has nothing to be measured by.
      ...["method", "budget", "NFE", "sampler", "MSE", "distillation error", "mid", "high"],
      ...["CRPS, one step", "CRPS, rollout", "ms"],
    ],
    pictures: [{ file: "budget-crps.png", about: "CRPS over network evaluations and over time" }],
  };
}

export const systems: Study = {
  name: "systems",
  title: "The other systems: teacher and the two best students of each",
  question:
    "Do the two best students of the small regime do as well in volumes, in slices of them, and with the full network?",
  seeds: 1,
  cost: { evaluations: "48,000 for each teacher, 40,000 for each student", minutes: 80 },
  parts: parts.map(({ name }) => name),
  plan: (options) =>
    Promise.all(
      options.extent.parts(chosen(parts, options.only)).map((part) => comparisonOf(options, part)),
    ),
  answer: (tables, headings) =>
    tables.map((rows, i) => `${headings[i]}: ${bestStudent(rows, crps)}`).join(" "),
};
