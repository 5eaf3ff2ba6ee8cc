/** One training run of a student. */
interface Training {
  readonly method: string;
  /** Of the student's budget. */
  readonly share: number;
  /** Network evaluations of an iteration for each sample of its batch; one that is trained on counts as three. */
  readonly evaluations: number;
  /** Keys of the method's recipe that are not the demo's own. */
  readonly settings: readonly string[];
}

/** One row of the comparison for each of its samplers. */
export interface Student {
  readonly name: string;
  /** In order; each learns from the one before it, the first from the demo's teacher. The last one is evaluated. */
  readonly trainings: readonly [Training, ...Training[]];
  /** How it is run: at one, two and four evaluations where it can be. */
  readonly samplers: readonly [string, ...string[]];
}

function changed(student: Student, change: (training: Training) => Training): Student {
  const [first, ...later] = student.trainings;
  return { ...student, trainings: [change(first), ...later.map(change)] };
}

/** A student whose trainings have further settings. */
export const withSettings = (student: Student, settings: readonly string[]): Student =>
  changed(student, (training) => ({
    ...training,
    settings: [...training.settings, ...settings],
  }));

/** A student that learns from the teacher's paths and pays for them with this share of its budget. */
export const withPathShare = (student: Student, share: number): Student =>
  changed(withSettings(student, [`paths.share=${share}`]), (training) => ({
    ...training,
    share: 1 - share,
  }));

/** What a forward and a backward pass cost in evaluations. */
export const trained = 3;
/** Two midpoint steps of a velocity field. */
const twoMidpointSteps = 4;
/** The share of a budget that makes the paths a student learns from: the default of the methods. */
const pathShare = 0.2;

const progressiveStage = { method: "velocity_pd", evaluations: twoMidpointSteps + trained };
const fromPaths = { share: 1 - pathShare, evaluations: trained };
const jumps = ["flow:1", "flow:2", "flow:4"] as const;
const eulerSteps = ["euler:1", "euler:2", "euler:4"] as const;

/** The likeliest winners first, so that a comparison that is ended early has them. */
export const students: readonly Student[] = [
  {
    name: "single_step",
    trainings: [{ method: "single_step", ...fromPaths, settings: ["learningRate.max=2e-3"] }],
    samplers: ["euler:1"],
  },
  {
    name: "trajectory, two jumps",
    trainings: [{ method: "trajectory", ...fromPaths, settings: ["sampler.steps=2"] }],
    samplers: ["flow:2"],
  },
  {
    name: "velocity_pd, two stages",
    trainings: [
      // The demo's ratio of iterations, 200 to 250.
      { ...progressiveStage, share: 0.53, settings: ["steps=2", "substeps=2"] },
      {
        method: "velocity_pd",
        share: 0.47,
        // Two Euler steps of the student before it.
        evaluations: 2 + trained,
        settings: ["steps=1", "substeps=2", "tableau=euler"],
      },
    ],
    samplers: ["euler:1"],
  },
  {
    name: "velocity_pd, one stage",
    trainings: [{ ...progressiveStage, share: 1, settings: ["steps=2", "substeps=2"] }],
    samplers: ["euler:2"],
  },
  {
    name: "flow",
    // Of 4 dyadic levels a quarter is anchored: two evaluations of v, and two of φ for the others.
    trainings: [{ method: "flow", share: 1, evaluations: 2 + 2 * 0.75 + trained, settings: [] }],
    samplers: jumps,
  },
  {
    name: "velocity_pd, told Δ",
    trainings: [
      {
        ...progressiveStage,
        share: 1,
        settings: [
          ...["steps=1", "substeps=2", "told=true"],
          ...["increments.kind=uniform", "increments.minimum=0.1"],
        ],
      },
    ],
    samplers: jumps,
  },
  {
    name: "rectified",
    trainings: [
      // Four midpoint steps.
      { method: "rectified", share: 1, evaluations: 8 + trained, settings: [] },
    ],
    samplers: eulerSteps,
  },
  {
    name: "flow_lagrangian",
    // Three evaluations of u and one of v.
    trainings: [{ method: "flow_lagrangian", share: 1, evaluations: 4 + trained, settings: [] }],
    samplers: ["flow:1"],
  },
  {
    name: "mean_flow",
    // As the Lagrangian loss, less two evaluations for the quarter of pairs with δ = 0.
    trainings: [
      { method: "mean_flow", share: 1, evaluations: 4 - 2 * 0.25 + trained, settings: [] },
    ],
    samplers: jumps,
  },
  {
    name: "adversarial",
    trainings: [
      {
        method: "adversarial",
        share: 1,
        // Four midpoint steps, the student in both losses, the discriminator in its own on data, student and moved data.
        evaluations: 8 + trained + trained + 1 + 3 * trained,
        settings: ["pathSteps=4", "learningRate.max=2e-3"],
      },
    ],
    samplers: ["euler:1"],
  },
];

/** The teacher without distillation, at as many evaluations. */
export const teacherSamplers = [
  "euler:1",
  "euler:2",
  "euler:4",
  "midpoint:1",
  "midpoint:2",
] as const;
