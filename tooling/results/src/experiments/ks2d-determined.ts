import type { Experiment } from "@eddyflow/experiments";

/**
 * The demo's system where the present state nearly determines the next one: every point of the solver is seen, and
 * frames are half a time unit apart in place of two. The box is a quarter of the demo's along each axis, so that states
 * have its 32² points and the network its size and cost.
 */
export const experiment: Experiment = {
  name: "ks2d-determined",
  seed: 0,
  data: {
    system: "kuramoto-sivashinsky-2d",
    operator: "biharmonic",
    extent: 30,
    numPoints: 32,
    dt: 0.1,
    frameInterval: 0.5,
    warmUp: 100,
    frames: 96,
    trajectories: { train: 24, validation: 1, test: 4 },
  },
  network: { features: [16, 32, 48] },
  training: {
    batchSize: 16,
    learningRate: { max: 2e-3, min: 1e-5 },
    averageDecay: 0.995,
    validationPairs: 16,
  },
  small: {
    data: { warmUp: 20, frames: 16 },
    training: { averageDecay: 0.9, validationPairs: 2 },
  },
};
