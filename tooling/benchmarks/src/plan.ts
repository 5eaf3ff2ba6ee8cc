import { euler, midpoint, rk4 } from "@eddyflow/samplers";
import type { EngineName } from "./engines.ts";
import { networkFlops } from "./network-flops.ts";
import { type BenchmarkedNetwork, networks } from "./networks.ts";
import type { Work } from "./protocol.ts";

/** One row block of the table: a work, and what one run of it counts. */
interface Case {
  readonly name: string;
  readonly work: Work;
  /** Floating-point operations of one run, where they are known. */
  readonly flops?: number;
  /** Runs in a turn, where they are not left to the pace. */
  readonly runs?: number;
}

/** Cases that are timed in turns by the same processes, which are new for each group. */
export interface Group {
  readonly name: string;
  readonly title: string;
  /** Whether it is left out of a quick run that asks for nothing in particular. */
  readonly isLong: boolean;
  readonly engines: readonly EngineName[];
  readonly cases: readonly Case[];
}

/** How long everything takes. */
export interface Pace {
  /** Turns of each engine. */
  readonly rounds: number;
  /** Of one turn; at least one run is made whatever it takes. */
  readonly turnSeconds: number;
}

export interface Plan {
  readonly quick: boolean;
  readonly groups: readonly Group[];
  readonly pace: Pace;
}

export interface PlanOptions {
  readonly quick: boolean;
  /** Part of the name of a group or case; what does not contain it is left out. */
  readonly only: string | null;
  /** Where data are made for the case that reads them. */
  readonly folder: string;
}

const learningRate = 1e-4;
const float32: readonly EngineName[] = ["eddyflow", "torch-eager", "torch-channels-last"];
const all: readonly EngineName[] = [
  ...float32,
  "eddyflow-mixed",
  "torch-compiled",
  "torch-autocast",
  "torch-autocast-channels-last",
  "jax",
];
// Compiling takes longer than all else of a quick run.
const quickly: readonly EngineName[] = [
  ...float32,
  "eddyflow-mixed",
  "torch-autocast",
  "torch-autocast-channels-last",
];

function networkGroup(
  name: string,
  title: string,
  isLong: boolean,
  {
    network,
    batch,
    engines,
  }: {
    readonly network: BenchmarkedNetwork;
    readonly batch: number;
    readonly engines: readonly EngineName[];
  },
): Group {
  const flops = networkFlops(network);
  const work = { kind: "network", network, batch, learningRate } as const;
  return {
    name,
    title,
    isLong,
    engines,
    cases: (["step", "forward"] as const).map((mode) => ({
      name: `${name}/${mode}`,
      work: { ...work, mode },
      flops: batch * flops[mode],
    })),
  };
}

const samplings = [
  { evaluations: 1, tableau: euler, steps: 1 },
  { evaluations: 2, tableau: midpoint, steps: 1 },
  { evaluations: 12, tableau: rk4, steps: 3 },
  { evaluations: 100, tableau: midpoint, steps: 50 },
] as const;

/** Mean and standard deviation of the made data, one for each channel. */
const loadedNormalisation = { mean: [0, 0, 0, 0], std: [1, 1, 1, 1] } as const;

/** What is timed, in what order. */
export function planBenchmarks({ quick, only, folder }: PlanOptions): Plan {
  const { ns2d, rti3d_full, rti3d_sliced, ks2d } = networks;
  const engines = quick ? quickly : all;
  const ns2dOf = (batch: number) =>
    networkGroup(`ns2d-batch${batch}`, `ns2d, 64², batch ${batch}`, batch === 4, {
      network: ns2d,
      batch,
      engines,
    });
  const large = (name: string, title: string, network: BenchmarkedNetwork) =>
    networkGroup(name, title, true, { network, batch: 1, engines: float32 });

  const groups: readonly Group[] = [
    {
      name: "rate",
      title: "rate of the hardware",
      isLong: false,
      engines: [...float32, "torch-autocast-channels-last"],
      cases: [
        {
          name: "rate/product",
          work: { kind: "product", size: 2048 },
          flops: 2 * 2048 ** 3,
        },
        {
          name: "rate/convolution",
          work: { kind: "convolution", batch: 8, points: 64, channels: 128 },
          flops: 2 * 8 * 64 ** 2 * 9 * 128 ** 2,
        },
      ],
    },
    ...[1, 4, 8].map(ns2dOf),
    large("rti3d_full", "rti3d_full, 16³, batch 1", rti3d_full),
    large("rti3d_sliced", "rti3d_sliced, 128², batch 1", rti3d_sliced),
    large("ks2d", "ks2d, 256², batch 1", ks2d),
    {
      name: "sampling",
      title: "sampling with the ns2d network, batch 1",
      isLong: false,
      engines: float32,
      cases: samplings
        .filter(({ evaluations }) => !quick || only !== null || evaluations === 12)
        .map(({ evaluations, tableau, steps }) => ({
          name: `sampling/nfe${evaluations}`,
          work: { kind: "sampling", network: ns2d, batch: 1, steps, tableau },
          flops: evaluations * networkFlops(ns2d).forward,
        })),
    },
    {
      name: "optimizer",
      title: "one step of Adam on the parameters of ns2d",
      isLong: false,
      engines: quick ? ["eddyflow", "torch-eager"] : ["eddyflow", "torch-eager", "jax"],
      cases: [{ name: "optimizer/adam", work: { kind: "optimizer", network: ns2d, learningRate } }],
    },
    {
      name: "loop",
      title: "a step of the trainer's loop, ns2d, batch 8",
      isLong: true,
      engines: ["eddyflow"],
      cases: [
        {
          name: "loop/batch8",
          work: { kind: "loop", folder, network: ns2d, batch: 8, ...loadedNormalisation },
          runs: 5,
        },
      ],
    },
    {
      name: "rollout",
      title: "a step of a rollout of a surrogate, ns2d, batch 1",
      isLong: true,
      engines: ["eddyflow"],
      cases: (["euler", "midpoint"] as const).map((tableau) => ({
        name: `rollout/${tableau}`,
        work: { kind: "rollout", network: ns2d, tableau, steps: 1 },
        runs: 48,
      })),
    },
    {
      name: "loss",
      title: "mean |X|² of the spectra of 8 × 64² points with 4 channels, with its gradient",
      isLong: true,
      engines: ["eddyflow", "torch-eager", "torch-channels-last", "jax"],
      cases: [{ name: "loss/fft", work: { kind: "spectralLoss", batch: 8, shape: [64, 64] } }],
    },
    {
      name: "loading",
      title: "a batch of 8 pairs of 64² with 4 channels, shuffled and normalised",
      isLong: true,
      engines: ["eddyflow", "torch-eager"],
      cases: [
        {
          name: "loading/batch8",
          work: {
            kind: "loading",
            folder,
            npy: `${folder}/frames.npy`,
            batch: 8,
            ...loadedNormalisation,
          },
        },
      ],
    },
    {
      name: "simulator",
      title: "ten steps of Kuramoto–Sivashinsky on 128²",
      isLong: true,
      engines: ["eddyflow", "numpy"],
      cases: [
        {
          name: "simulator/ks2d",
          work: { kind: "simulator", numPoints: 128, extent: 50, dt: 0.1, steps: 10 },
        },
      ],
    },
  ];

  const wanted = groups
    .filter(({ isLong }) => !quick || only !== null || !isLong)
    .map((group) => ({
      ...group,
      cases: group.cases.filter(({ name }) => only === null || name.includes(only)),
    }))
    .filter(({ cases }) => cases.length > 0);
  // Fractions of the hardware's rate need it.
  const [rate] = groups;
  const isMeasured = wanted.some(({ cases }) => cases.some(({ flops }) => flops !== undefined));
  return {
    quick,
    groups:
      isMeasured && rate && !wanted.some(({ name }) => name === "rate")
        ? [rate, ...wanted]
        : wanted,
    pace: quick ? { rounds: 3, turnSeconds: 0.8 } : { rounds: 6, turnSeconds: 1.2 },
  };
}
