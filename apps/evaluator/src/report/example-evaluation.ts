import type { ContestantEvaluation, Evaluation } from "../measure/evaluation.ts";
import type { PicturedFields } from "../measure/pictured-fields.ts";
import {
  type ChannelScores,
  type ContestantScores,
  type Scores,
  scoreNames,
} from "../measure/scores.ts";

const steps = { stills: [0, 1, 2, 4, 8], animation: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
const shape = [32, 32] as const;
const shells = Array.from({ length: 24 }, (_, k) => (k === 0 ? 0 : k ** 2 * Math.exp(-k / 2.2)));

function field(phase: number, sharpness: number): Float32Array {
  const [rows, columns] = shape;
  return Float32Array.from({ length: rows * columns }, (_, index) => {
    const y = (2 * Math.PI * Math.floor(index / columns)) / rows;
    const x = (2 * Math.PI * (index % columns)) / columns;
    return (
      3 * Math.sin(2 * x + phase) * Math.cos(3 * y - phase) +
      sharpness * Math.cos(7 * x + 5 * y + 3 * phase)
    );
  });
}

/** Fields that go their own way by `error`; of an ensemble also its mean, which fades, and its spread, which grows. */
function fields(error: number, sharpness: number, isEnsemble: boolean): PicturedFields {
  const at = (step: number) => field(step * (1 + error / 4), sharpness);
  const grown = (step: number) => 1 - Math.exp(-step * error);
  return {
    member: [steps.stills.map(at)],
    ensemble: isEnsemble
      ? {
          mean: [steps.stills.map((step) => at(step).map((value) => value * (1 - grown(step))))],
          spread: [steps.stills.map((step) => at(step).map((v) => grown(step) * Math.abs(v)))],
        }
      : null,
    animation: steps.animation.map(at),
  };
}

/** A score of one channel and its mean, with an interval of a tenth to either side. */
function score(value: number): ChannelScores {
  const one = { value, interval: [0.9 * value, 1.1 * value] } as const;
  return { mean: one, channels: [one] };
}

const undefinedScore = (reason: string): ChannelScores => {
  const none = { value: null, interval: null, reason };
  return { mean: none, channels: [none] };
};

/** Made-up scores about an error; a single forecast has no spread. */
const allScores = (error: number, isEnsemble: boolean): Scores =>
  Object.fromEntries(
    scoreNames.map((name, index) => [
      name,
      isEnsemble || !["spread", "spreadSkill", "coverage"].includes(name)
        ? score(error * (1 + index / 10))
        : undefinedScore("a single forecast has no spread"),
    ]),
  );

/** The scores of a contestant; of its VRMSE and CRPS those that are given. */
const contestantScores = (
  error: number,
  isEnsemble: boolean,
  { oneStep, rollout }: Pick<ContestantEvaluation, "oneStep" | "rollout">,
): ContestantScores => ({
  oneStep: {
    ...allScores(error, isEnsemble),
    ...(oneStep && { vrmse: score(oneStep.vrmse ?? 0), crps: score(oneStep.crps) }),
  },
  rollout: Array.from({ length: 8 }, (_, step) => ({
    ...allScores((step + 1) * error, isEnsemble),
    ...(rollout && {
      vrmse: score(rollout.vrmse[step] ?? 0),
      crps: score(rollout.crps[step] ?? 0),
    }),
    ...(isEnsemble && { spreadSkill: score(0.6 + error + 0.02 * step) }),
  })),
  rolloutMean: {
    ...allScores(4.5 * error, isEnsemble),
    ...(rollout && { crps: score(rollout.crps.reduce((sum, value) => sum + value / 8, 0)) }),
  },
  distillationError: null,
  ensemble: null,
  correlationTimes: [
    { level: 0.9, times: score(1 / error) },
    { level: 0.8, times: score(2 / error) },
  ],
  divergence: [],
  // Too little spread: the truth is often outside the members.
  rankHistogram: isEnsemble
    ? [Array.from({ length: 9 }, (_, rank) => (1 + error * (rank % 8 === 0 ? 3.5 : -1)) / 9)]
    : null,
});

function contestant(
  name: string,
  given: Partial<ContestantEvaluation> & { readonly error: number; readonly blur: number },
): ContestantEvaluation {
  const { error, blur, ...rest } = given;
  const isEnsemble = (rest.kind ?? "model") === "model";
  const time = (_: unknown, index: number) => index + 1;
  const oneStep = rest.oneStep ?? { vrmse: 2 * error, crps: error };
  const rollout = rest.rollout ?? {
    vrmse: Array.from({ length: 8 }, time).map((t) => 1.4 * Math.tanh(t * 1.6 * error)),
    crps: Array.from({ length: 8 }, time).map((t) => 0.57 * Math.tanh(t * 2 * error)),
  };
  return {
    name,
    group: name,
    sampler: null,
    seeds: 1,
    kind: "model",
    description: "2 Euler steps",
    undistilled: name.startsWith("teacher-"),
    isAdded: false,
    nfePerStep: null,
    msPerStep: null,
    batch: null,
    oneStep,
    rollout,
    scores: contestantScores(error, isEnsemble, { oneStep, rollout }),
    spectrum: { low: 1 - blur / 10, mid: 1 - blur / 2, high: 1 - blur },
    shells: shells.map((energy, k) => energy * (1 - blur * Math.min(1, k / 12))),
    distillationError: null,
    ratioToTeacher:
      name === "teacher"
        ? null
        : {
            to: "teacher",
            oneStep: { crps: score((oneStep.crps ?? 0) / 0.14).mean },
            rolloutMean: null,
            ensemble: null,
            distillationError: null,
          },
    ratioAtEqualCost: null,
    frames: fields(error, 1 - 2 * blur, isEnsemble),
    ensembleFields: null,
    ...rest,
  };
}

/** An evaluation with made-up figures of plausible size, for tests of what is shown. */
export const exampleEvaluation: Evaluation = {
  title: "Two-dimensional Kuramoto–Sivashinsky",
  experiment: "ks2d",
  quick: false,
  date: "2026-01-02T03:04:05.000Z",
  contestants: [
    contestant("solver", {
      kind: "solver",
      description: "ETDRK4 on 128 × 128 points, 10 steps of 0.2",
      error: 0.24,
      blur: 0.02,
      msPerStep: 41.2,
      batch: 1,
    }),
    contestant("persistence", {
      kind: "baseline",
      description: "the last state again",
      error: 0.33,
      blur: 0,
      frames: fields(0.33, 1, false),
    }),
    contestant("climatology", {
      kind: "baseline",
      description: "random training frames",
      error: 0.5,
      blur: 0,
      oneStep: { vrmse: 1.41, crps: 0.56 },
      rollout: { vrmse: Array(8).fill(1.41), crps: Array(8).fill(0.56) },
      frames: fields(0.5, 1, true),
    }),
    contestant("teacher", {
      description: "50 midpoint steps",
      error: 0.14,
      blur: 0.02,
      nfePerStep: 100,
      msPerStep: 84.7,
      batch: 32,
      distillationError: 0,
    }),
    contestant("teacher-euler-1", {
      description: "1 Euler step",
      error: 0.17,
      blur: 0.14,
      nfePerStep: 1,
      msPerStep: 0.91,
      batch: 32,
      distillationError: 0.35,
    }),
    contestant("teacher-euler-2", {
      error: 0.155,
      blur: 0.15,
      nfePerStep: 2,
      msPerStep: 1.78,
      batch: 32,
      distillationError: 0.204,
    }),
    contestant("flow", {
      description: "1 flow-map step",
      error: 0.147,
      blur: 0.11,
      nfePerStep: 1,
      msPerStep: 0.93,
      batch: 32,
      distillationError: 0.133,
    }),
    contestant("velocity_pd-2", {
      error: 0.141,
      blur: 0.02,
      nfePerStep: 2,
      msPerStep: 1.79,
      batch: 32,
      distillationError: 0.037,
    }),
    contestant("velocity_pd-1", {
      description: "1 Euler step",
      error: 0.143,
      blur: 0.021,
      nfePerStep: 1,
      msPerStep: 0.9,
      batch: 32,
      distillationError: 0.062,
    }),
  ],
  reference: "teacher",
  teacherSpread: 0.42,
  truthScores: { rollout: null, divergence: [] },
  truthShells: shells,
  spectrumAxis: { spacing: Math.PI / 50, low: 4, mid: 8, complete: 16 },
  pictured: {
    shape,
    axes: [
      { name: "y", extent: 100 },
      { name: "x", extent: 100 },
    ],
    cut: null,
    channels: ["u"],
    steps,
    truth: fields(0, 1, false),
  },
  ensemble: null,
  setting: {
    samples: 64,
    trajectories: 4,
    members: 8,
    rolloutLength: 8,
    latentPolicy: "new",
    seed: 0,
    ranks: 1,
    channels: ["u"],
    scoredChannels: ["u"],
    std: [1.3],
    gridShape: [32, 32],
    extent: [100, 100],
    boundary: ["periodic", "periodic"],
    frameInterval: 2,
    device: "tensorflow on 2 threads",
    simulation: "128 × 128 points, time step 0.2",
  },
};
