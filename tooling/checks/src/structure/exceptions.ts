/** An import that the table forbids and that stands for the present. */
export interface ImportException {
  readonly from: string;
  readonly to: string;
  /** Why it is there, and what takes it away. */
  readonly reason: string;
}

/** Imports against the table. The list only shrinks: one that nothing needs any more fails the test. */
export const importExceptions: readonly ImportException[] = [
  {
    from: "packages/command-line",
    to: "packages/datasets",
    reason: "openSplit opens the data of an experiment; goes where the apps or systems open them",
  },
  {
    from: "packages/experiments",
    to: "packages/core",
    reason: "a recipe of a network names Padding; goes when recipes are types of methods",
  },
  {
    from: "packages/experiments",
    to: "packages/datasets",
    reason: "a recipe of data names Observation; goes when recipes are types of systems",
  },
];

/** Two files that import each other, and stand for the present. */
export interface CircleException {
  readonly files: readonly [string, string];
  /** Why it is there, and what takes it away. */
  readonly reason: string;
}

/** Circles of files. This list only shrinks too. */
export const circleExceptions: readonly CircleException[] = [
  {
    files: ["packages/spectral/src/complex-fft.ts", "packages/spectral/src/mixed-radix.ts"],
    reason: "mixed-radix takes the type of a plan from complex-fft; goes with a file for the type",
  },
  ...["compressible-solver", "kuramoto-sivashinsky-solver"].map(
    (name): CircleException => ({
      files: ["apps/evaluator/src/solver.ts", `apps/evaluator/src/${name}.ts`],
      reason: "goes when the solver as a contestant is in packages/systems",
    }),
  ),
  ...["compressible-navier-stokes", "kuramoto-sivashinsky", "rayleigh-taylor"].map(
    (name): CircleException => ({
      files: ["apps/simulator/src/system.ts", `apps/simulator/src/${name}.ts`],
      reason: "goes when the systems are in packages/systems",
    }),
  ),
];

/** Exports that nobody uses yet, and that stand for the present. */
export interface SurfaceException {
  /** The package, by its folder. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Why they are there, and what takes them away. */
  readonly reason: string;
}

/** Exports that nobody uses. This list only shrinks too. */
export const surfaceExceptions: readonly SurfaceException[] = [
  {
    folder: "packages/checkpointing",
    names: ["arraysToParams", "parseManifest"],
    reason: "only checkpointing itself and its tests use them; they leave the entry point",
  },
  {
    folder: "packages/experiments",
    names: ["SamplerRecipe"],
    reason: "goes when recipes are types of methods",
  },
  {
    folder: "packages/samplers",
    names: [
      ...["betaIncrements", "BetaIncrementsOptions"],
      ...["fixedIncrements", "FixedIncrementsOptions"],
    ],
    reason: "used when every distribution of increments can be chosen in a recipe",
  },
];
