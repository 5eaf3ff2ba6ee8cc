import type { Experiment } from "./experiment.ts";

/**
 * Network and training of a small experiment of planes: the whole way of the data in seconds on a processor. Its models
 * prove nothing.
 */
export const smallPlane: Omit<NonNullable<Experiment["small"]>, "data"> = {
  network: { features: [8, 16] },
  training: {
    learningRate: { max: 1e-3, min: 1e-5 },
    averageDecay: 0.98,
    validateEvery: 50,
    validationPairs: 8,
    checkpointEvery: 50,
  },
  models: {
    velocity: {
      iterations: 200,
      learningRate: { max: 2e-3 },
      sampler: { steps: 10 },
    },
    flow: { iterations: 100 },
    velocity_pd: { iterations: 100 },
  },
};
