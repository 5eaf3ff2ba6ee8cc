import type { Experiment } from "@eddyflow/experiments";

/**
 * Kuramoto–Sivashinsky in a regime where the next state is truly uncertain: a 128² simulation on L = 120 of
 * which every fourth point is seen, 32² of wavelengths down to 7.5, two time units apart. The network has
 * 167,004 parameters, so that a processor with two cores trains a teacher and four students in minutes.
 */
export const experiment: Experiment = {
  name: "ks2d-demo",
  seed: 0,
  data: {
    system: "kuramoto-sivashinsky-2d",
    operator: "biharmonic",
    extent: 120,
    numPoints: 128,
    dt: 0.2,
    frameInterval: 2,
    warmUp: 100,
    frames: 96,
    trajectories: { train: 12, validation: 1, test: 3 },
    observation: { pointStride: 4 },
  },
  network: { features: [16, 32, 48] },
  training: {
    batchSize: 16,
    learningRate: { max: 1e-3, min: 1e-5 },
    averageDecay: 0.99,
    validateEvery: 500,
    validationPairs: 16,
    checkpointEvery: 100,
  },
  models: {
    velocity: { iterations: 1200, learningRate: { max: 2e-3 }, averageDecay: 0.998 },
    flow: { iterations: 300 },
    velocity_pd: { iterations: 200, steps: 2, substeps: 2 },
    // Of what it costs a fifth makes the paths; all in all as much as flow.
    single_step: { iterations: 520, learningRate: { max: 2e-3 } },
  },
  // `npm run demo -- --quick`: the same steps with too little of everything.
  small: {
    data: { warmUp: 40, frames: 16, trajectories: { train: 2, validation: 1, test: 2 } },
    training: { averageDecay: 0.95, validationPairs: 8 },
    models: {
      velocity: { iterations: 100, averageDecay: 0.98, checkpointEvery: 25 },
      flow: { iterations: 30, checkpointEvery: 15 },
      velocity_pd: { iterations: 20, checkpointEvery: 10 },
      single_step: { iterations: 50, checkpointEvery: 25 },
    },
  },
};
