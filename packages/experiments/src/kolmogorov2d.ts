import type { KolmogorovInput } from "@eddyflow/systems";
import type { Experiment } from "./experiment.ts";
import { smallPlane } from "./small-plane.ts";

/**
 * Two-dimensional flow stirred at random, whose next state is a distribution even where everything is seen: solved on
 * 256², averaged to 64². The flow of Chen et al., "Probabilistic forecasting with stochastic interpolants and Föllmer
 * processes" (2024), and of StocBench (arXiv 2608.22309), which has 1,500 trajectories of 200 frames. Write
 * `data.stochastic=false` for its deterministic twin, a flow that decays from the same states.
 *
 * The network is that of `ns2d`; StocBench's is a U-Net of 64 channels at the finest resolution and three of 128.
 */
export const kolmogorov2d: Experiment<KolmogorovInput> = {
  name: "kolmogorov2d",
  seed: 0,
  data: {
    system: "kolmogorov-2d",
    numPoints: 256,
    viscosity: 1e-3,
    drag: 0.1,
    strength: 1,
    dt: 0.0125,
    warmUp: 50,
    frameInterval: 0.5,
    frames: 200,
    trajectories: { train: 400, validation: 50, test: 50 },
    observation: [{ kind: "average", points: 4 }],
  },
  network: { features: [64, 96, 96, 128] },
  models: {
    velocity: { iterations: 100_000 },
    flow: { iterations: 50_000 },
    velocity_pd: { iterations: 50_000 },
  },
  small: {
    ...smallPlane,
    data: {
      numPoints: 64,
      dt: 0.05,
      warmUp: 20,
      frames: 11,
      trajectories: { train: 6, validation: 2, test: 2 },
      observation: [{ kind: "average", points: 4 }],
    },
  },
};
