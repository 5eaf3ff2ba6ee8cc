import type { RayleighTaylorInput } from "@eddyflow/systems";
import type { Experiment } from "./experiment.ts";

/**
 * Rayleigh–Taylor mixing as in The Well: a heavy fluid upon a light one between slip walls, 128³ cells of which every
 * fourth is seen, 32³; pressure is not seen. Every fifth of 119 frames makes a pair. The Well's files have frame intervals
 * of their own for each Atwood number; here gravity is reducedGravity/At instead, which is the same in other units of time.
 *
 * The state is vx, vy, vz, density and the time since the rest; the network is told the height besides. It is that
 * of Harder et al., arXiv 2511.04641 (rti3d_full of their repository): U-Net (128, 196) of volumes, 6,863,594
 * parameters for the velocity field. Their Adam stays within 1e-5 … 5e-6 at batch 4, without clipping; here the gradient is
 * clipped and the cosine spans the budget, which lets the rates begin higher; at full size they have not been compared.
 */
export const rti3dFull: Experiment<RayleighTaylorInput> = {
  name: "rti3d_full",
  seed: 0,
  data: {
    system: "rayleigh-taylor-3d",
    numPoints: [128, 128, 128],
    atwood: [3 / 4, 1 / 2, 1 / 4, 1 / 8, 1 / 16],
    reducedGravity: 1,
    // On these cells the fastest motion has a Reynolds number of about ten per cell.
    viscosity: 1e-3,
    diffusivity: 1e-3,
    // Of ln k, in waves per box: The Well's.
    interfaces: [1, 4, 16].flatMap((mu) =>
      [1 / 4, 1 / 2, 1].map((sigma) => ({ mu, sigma, phaseSpread: Math.PI })),
    ),
    frameInterval: 0.025,
    // To t = 2.95, when the layer reaches the walls.
    frames: 119,
    frameStride: 5,
    timestamp: true,
    // 9, 2 and 2 of each Atwood number.
    trajectories: { train: 45, validation: 10, test: 10 },
    observation: { pointStride: 4 },
  },
  network: { features: [128, 196], position: [0] },
  training: { batchSize: 4, learningRate: { max: 5e-5 }, validationPairs: 16 },
  models: {
    velocity: { iterations: 100_000, learningRate: { max: 1e-4 } },
    flow: { iterations: 50_000 },
    velocity_pd: { iterations: 20_000 },
    // Two members each: as many evaluations as the others.
    crps: { batchSize: 2 },
  },
  // The whole way of the data in seconds on a processor; its models prove nothing.
  small: {
    data: {
      numPoints: [16, 8, 8],
      viscosity: 5e-3,
      diffusivity: 5e-3,
      // Waves that eight cells hold.
      interfaces: [{ mu: 0.5, sigma: 0.5, phaseSpread: Math.PI }],
      frameInterval: 0.2,
      frames: 12,
      frameStride: 2,
      trajectories: { train: 5, validation: 2, test: 2 },
      observation: { pointStride: 1 },
    },
    network: { features: [4, 8] },
    training: {
      learningRate: { max: 1e-3, min: 1e-5 },
      averageDecay: 0.98,
      validateEvery: 25,
      validationPairs: 4,
      checkpointEvery: 25,
    },
    models: {
      velocity: {
        iterations: 100,
        learningRate: { max: 2e-3 },
        sampler: { steps: 10 },
      },
      flow: { iterations: 50 },
      velocity_pd: { iterations: 50 },
    },
  },
};
