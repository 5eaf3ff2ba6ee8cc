import type { NetworkDescription } from "@eddyflow/core";

export interface BenchmarkedNetwork {
  readonly description: NetworkDescription & { readonly kind: "velocity" };
  /** Points along each axis of the fields that it is timed on. */
  readonly shape: readonly number[];
}

/**
 * The velocity networks of arXiv 2511.04641, by experiment, as large as they are trained there; the volume is
 * an eighth of the full one along each axis or less, so that a step of two cores takes seconds.
 */
export const networks = {
  ns2d: {
    description: {
      kind: "velocity",
      stateChannels: 4,
      conditionChannels: 4,
      features: [64, 96, 96, 128],
      padding: ["periodic", "periodic"],
    },
    shape: [64, 64],
  },
  rti3d_full: {
    description: {
      kind: "velocity",
      stateChannels: 5,
      conditionChannels: 6,
      features: [128, 196],
      padding: ["periodic", "periodic", "zero"],
    },
    shape: [16, 16, 16],
  },
  rti3d_sliced: {
    description: {
      kind: "velocity",
      stateChannels: 5,
      conditionChannels: 6,
      features: [128, 196, 196, 256],
      padding: ["periodic", "zero"],
    },
    shape: [128, 128],
  },
  ks2d: {
    description: {
      kind: "velocity",
      stateChannels: 1,
      conditionChannels: 1,
      features: [64, 128],
      padding: ["periodic", "periodic"],
    },
    shape: [256, 256],
  },
} as const satisfies Readonly<Record<string, BenchmarkedNetwork>>;
