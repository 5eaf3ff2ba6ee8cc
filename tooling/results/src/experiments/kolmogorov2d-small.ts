import type { Experiment } from "@eddyflow/experiments";

/**
 * `kolmogorov2d` at a size that two cores can do: solved on 128², averaged to 32² as its own 256² is to 64². The largest
 * stable step is twice as long; that this one suffices is checked by `pnpm verify:pde`. The network is the demo's.
 */
export const experiment: Experiment = {
  name: "kolmogorov2d-small",
  seed: 0,
  data: {
    system: "kolmogorov-2d",
    numPoints: 128,
    dt: 0.025,
    warmUp: 50,
    frameInterval: 0.5,
    frames: 60,
    trajectories: { train: 40, validation: 2, test: 24 },
    observation: [{ kind: "average", points: 4 }],
  },
  network: { features: [16, 32, 48] },
  training: {
    batchSize: 16,
    learningRate: { max: 1e-3, min: 1e-5 },
    averageDecay: 0.99,
    validationPairs: 16,
  },
  models: {
    velocity: { learningRate: { max: 2e-3 }, averageDecay: 0.998 },
    // Two members: as many samples in a batch as the others.
    crps: { batchSize: 8, learningRate: { max: 2e-3 }, averageDecay: 0.998 },
  },
  small: {
    data: { numPoints: 64, dt: 0.05, warmUp: 5, frames: 6 },
    training: { averageDecay: 0.9, validationPairs: 2 },
  },
};
