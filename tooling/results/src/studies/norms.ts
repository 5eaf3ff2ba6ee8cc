/** A norm of the study, β(t) = β tᵖ with α = 1. */
export interface NormCase {
  readonly name: string;
  readonly beta: number;
  readonly power: number;
}

/** What a norm is used for. */
interface Use {
  readonly name: string;
  readonly method: string;
  /** Whether it learns from the demo's teacher, or from data. */
  readonly distils: boolean;
  readonly iterations: number;
  /** Keys of the method's recipe beside the norm. */
  readonly settings: readonly string[];
  /** How the outcome is run. */
  readonly sampler: string;
  /** Measured: native backend, two cores. */
  readonly seconds: number;
}

/** One training for each seed. */
export interface NormPart {
  readonly name: string;
  readonly use: Use;
  readonly norm: NormCase;
}

/** β = 0 is L2, whatever its power. A power of 2 is the origin's (arXiv 2511.04641). */
const norms: readonly NormCase[] = [
  { name: "L2", beta: 0, power: 0 },
  { name: "β = 1", beta: 1, power: 0 },
  { name: "β = t²", beta: 1, power: 2 },
  { name: "β = 20", beta: 20, power: 0 },
  { name: "β = 20 t²", beta: 20, power: 2 },
];

/** Fewer iterations than the demo's 1,200, and an average as much shorter: fifteen trainings fit into a quarter of an hour. */
const trained: Use = {
  name: "trained",
  method: "velocity",
  distils: false,
  iterations: 500,
  settings: ["averageDecay=0.995"],
  // 16 evaluations; the demo's students of it say how near it is to 100.
  sampler: "midpoint:8",
  seconds: 70,
};

/** Two steps: the norm's flow time is that of a step's end, and one step alone would end at t = 1, where all powers are the same. */
const distilled: Use = {
  name: "distilled",
  method: "velocity_pd",
  distils: true,
  iterations: 120,
  settings: ["steps=2", "substeps=2"],
  sampler: "euler:2",
  seconds: 45,
};

/** Every norm in either use, the one from data first. */
export const parts: readonly NormPart[] = [trained, distilled].flatMap((use) =>
  norms.map((norm) => ({ name: `${use.name}, ${norm.name}`, use, norm })),
);

/** The norm as keys of a recipe. */
export const normSettings = ({ beta, power }: NormCase): readonly string[] =>
  beta === 0
    ? ["norm.kind=l2"]
    : ["norm.kind=sobolev", `norm.beta=${beta}`, `norm.timePower=${power}`];
