import { markdownTable } from "command-line";
/** A folder of the workspace, what it is for and what it may import. */
export interface Room {
  /** From the root of the checkout. */
  readonly folder: string;
  /** One sentence, in Markdown. */
  readonly about: string;
  /** Packages, by their folders below `packages`; or all packages, with all apps or without; or all rooms. */
  readonly imports: readonly string[] | "every package" | "every package and app" | "everything";
  /** Packages of which it may import types, and nothing that exists when it runs. */
  readonly typesOf?: readonly string[];
}

const app = (name: string, about: string): Room => ({
  folder: `apps/${name}`,
  about,
  imports: "every package",
});

/** The import table: every room of the workspace, what others build on first. */
export const rooms: readonly Room[] = [
  {
    folder: "packages/core",
    about: "The shared interface: types and errors, no arithmetic.",
    imports: [],
  },
  {
    folder: "packages/random",
    about: "Counter-based random keys (Threefry-2x32-20) and the draws made from them.",
    imports: ["core"],
  },
  {
    folder: "packages/spectral",
    about: "Real FFT in n dimensions, any size, Float64; wavenumbers; spectral bands.",
    imports: ["core"],
  },
  {
    folder: "packages/ops",
    about:
      "The operations that networks and optimizers are made of: one tfjs kernel name, one exact gradient, one portable kernel each.",
    imports: ["core"],
  },
  {
    folder: "packages/backend",
    about:
      "Finds, repairs and wires a TensorFlow.js backend. The only package that imports one. The sources of its native (C++) and WebAssembly kernels live here, next to the code that calls them.",
    imports: ["core", "ops"],
  },
  {
    folder: "packages/native",
    about:
      "Brings native TensorFlow to an application or to the checkout: pinned libraries, and the addon with the kernels of backend.",
    imports: ["core", "backend"],
  },
  {
    folder: "packages/pde",
    about: "Reference solvers in Float64, no tensors; one folder per equation.",
    imports: ["core", "random", "spectral"],
  },
  {
    folder: "packages/datasets",
    about: "Trajectory stores, observation, normalisation, pairs and batches.",
    imports: ["core", "random"],
  },
  {
    folder: "packages/formats",
    about:
      "Third-party file formats: reads The Well, PDEBench, PBDL, APEBench and ACDM as trajectory stores; imports arrays of HDF5, NumPy and Zarr; writes The Well.",
    imports: ["core", "datasets"],
  },
  {
    folder: "packages/models",
    about:
      "Networks as `{ init, apply }`: U-Nets; the velocity field and the flow map built on them.",
    imports: ["core", "random", "ops"],
  },
  {
    folder: "packages/losses",
    about:
      "Probability paths, the flow-matching objective, norms (L2, Sobolev), ensemble scores as losses.",
    imports: ["core", "random", "ops"],
  },
  {
    folder: "packages/samplers",
    about: "Butcher tableaus, `integrate`, `jump`, `rollout`. Sampling only.",
    imports: ["core", "random"],
  },
  {
    folder: "packages/distillation",
    about:
      "Objectives that turn a teacher into a student, one file each; the distributions of (t, δ) that they train on; the multistage plan.",
    imports: ["core", "random", "ops", "models", "losses", "samplers"],
  },
  {
    folder: "packages/checkpointing",
    about: "Safetensors read and write (also in a browser), atomic run directories.",
    imports: ["core"],
  },
  {
    folder: "packages/parallel",
    about: "`Communicator`: one process, or the many of an MPI job.",
    imports: ["core"],
  },
  {
    folder: "packages/training",
    about: "One training step, optimizers, schedules, averages, loggers.",
    imports: ["core", "random", "ops", "checkpointing", "parallel"],
  },
  {
    folder: "packages/methods",
    about:
      "**What can be trained, one file per method**: each is a value that binds recipe, initial weights, objective, sampler and judge.",
    imports: [
      ...["core", "random", "ops", "datasets", "models", "losses", "samplers", "distillation"],
      "parallel",
    ],
  },
  {
    folder: "packages/systems",
    about:
      "**What can be simulated, one file per system**: recipe, channels, simulation, and the solver as a contestant.",
    imports: ["core", "random", "spectral", "pde", "datasets"],
  },
  {
    folder: "packages/surrogate",
    about: "A trained model behind one function, in physical units, in Node or a browser.",
    imports: ["core", "random", "ops", "models", "samplers", "checkpointing"],
  },
  {
    folder: "packages/metrics",
    about: "Errors, spectra, ensemble scores, horizons, conserved quantities.",
    imports: ["core", "spectral"],
  },
  {
    folder: "packages/experiments",
    about: "ns2d, ks2d, kolmogorov2d, rti3d_full and rti3d_sliced as plain objects.",
    imports: [],
    typesOf: ["methods", "systems"],
  },
  {
    folder: "packages/command-line",
    about: "Flags, overrides, errors and progress shared by the apps (private).",
    imports: ["core", "experiments", "methods", "systems", "datasets", "formats", "parallel"],
  },
  {
    folder: "packages/cli",
    about: "`npx @eddyflow/cli`: the apps from npm, each a verb. They are bundled into it.",
    imports: "every package and app",
  },
  app(
    "simulator",
    "Makes trajectories and reference ensembles. Thin: it reads the command line and calls the packages.",
  ),
  app("importer", "Makes stores of one's own data. Thin: what it does is in `formats`."),
  app("trainer", "Trains and distils. Thin, like the simulator."),
  app("evaluator", "Compares contestants in a report: `measure/`, `contestants/`, `report/`."),
  app("playground", "A page that runs the solver beside trained models in a browser."),
  {
    folder: "tooling",
    about:
      "Bootstrap, native and WebAssembly builds, demo, checks, conformance, verification, comparisons, benchmarks, reference fixtures. No product source.",
    imports: "everything",
  },
];

/** Says in words what a room may import. */
export function importsInWords({ imports, typesOf = [] }: Room): string {
  const parts = typeof imports === "string" ? [imports] : [...imports];
  if (typesOf.length > 0) parts.push(`types of ${typesOf.join(", ")}`);
  return parts.length === 0 ? "–" : parts.join(", ");
}

/** The import table in Markdown, as `ARCHITECTURE.md` shows it and as the formatter leaves it. */
export function roomsTable(): string {
  return markdownTable([
    ["folder", "one sentence", "may import"],
    ...rooms.map((room) => [room.folder, room.about, importsInWords(room)]),
  ]);
}
