import {
  ArgumentError,
  CheckpointError,
  type Grid,
  type Key,
  type Objective,
  type ParamSets,
  type Params,
  type Precision,
} from "@eddyflow/core";
import {
  dyadicIncrements,
  type IncrementDistribution,
  progressive,
  semigroup,
  squareRootIncrements,
  uniformIncrements,
} from "@eddyflow/distillation";
import type { ExperimentConfig, IncrementRecipe, NormRecipe } from "@eddyflow/experiments";
import { flowMatching, l2, type Norm, sobolev } from "@eddyflow/losses";
import {
  copyParams,
  correctorFromVelocity,
  correctorNetwork,
  flowMap,
  type NetworkDescription,
  type VelocityNetwork,
  velocityField,
  velocityNetwork,
} from "@eddyflow/models";
import { keyFor, uniform } from "@eddyflow/random";
import {
  integrate,
  jump,
  type SamplerDescription,
  tableaus,
  uniformGrid,
} from "@eddyflow/samplers";
import { mul, pow, type Tensor, type Tensor1D } from "@tensorflow/tfjs-core";
import type { ModelName } from "./command-spec.ts";
import type { Teacher } from "./load-teacher.ts";

/** A model as the training loop sees it. */
export interface Learner {
  /** Of the networks that are saved, by their sets. */
  readonly networks: Readonly<Record<string, NetworkDescription>> & {
    readonly student: NetworkDescription;
  };
  /** The weights that training begins with. The caller disposes them. */
  init(): Params;
  /** Weights that are used and do not change; of them "velocity" is saved. Disposed by the loop. */
  readonly frozen: ParamSets;
  readonly objective: Objective<Readonly<Record<string, Tensor>>>;
  /** How the trained model is meant to be run. */
  readonly sampler: SamplerDescription;
  /** The end point of the model with these weights, from noise x under the condition y. */
  sample(params: Params, x: Tensor, y: Tensor): Tensor;
  /**
   * What the model is judged by: the loss of an objective, or the end points of the teacher, which is run as
   * its manifest says.
   */
  readonly judge:
    | { readonly objective: Learner["objective"] }
    | { readonly sampleTeacher: (x: Tensor, y: Tensor) => Tensor };
}

function normOf(recipe: NormRecipe, { shape, extent, boundary }: Grid): Norm {
  if (recipe.kind === "l2") return l2();
  const spacing = extent.map((length, axis) => length / (shape[axis] as number));
  const { alpha, beta, timePower = 0 } = recipe;
  const weight = timePower === 0 ? beta : (t: Tensor1D) => mul<Tensor1D>(pow(t, timePower), beta);
  return sobolev({ alpha, beta: weight, spacing, boundary });
}

function incrementsOf(recipe: IncrementRecipe): IncrementDistribution {
  switch (recipe.kind) {
    case "dyadic":
      return dyadicIncrements(recipe);
    case "square-root":
      return squareRootIncrements(recipe);
    case "uniform":
      return uniformIncrements(recipe);
  }
}

/** Flow times at equal distances: the loss varies so much with t that a few free draws would hide the rest. */
function spreadTimes(key: Key, count: number): Float32Array {
  const [offset = 0] = uniform(key, 1);
  return Float32Array.from({ length: count }, (_, i) => (i + offset) / count);
}

const equalSteps = <Method extends SamplerDescription["method"]>(
  method: Method,
  steps: number,
) => ({
  method,
  steps,
  grid: uniformGrid(steps),
});

type VelocitySampler = ReturnType<typeof equalSteps<keyof typeof tableaus>>;

/** Runs a velocity network by a Runge–Kutta method. */
const sampleVelocity =
  (network: VelocityNetwork, { method, grid }: VelocitySampler) =>
  (params: Params, x: Tensor, y: Tensor): Tensor =>
    integrate(velocityField(network, params), x, y, { tableau: tableaus[method], grid });

export interface LearnerOptions {
  readonly experiment: ExperimentConfig;
  /** Of the velocity field. */
  readonly network: NetworkDescription & { readonly kind: "velocity" };
  /** Of the states. */
  readonly grid: Grid;
  /** Of the student in its objective; teachers, samples and what it is judged by are in float32. */
  readonly precision: Precision;
}

/** Flow matching from scratch. */
function velocityLearner({
  experiment: { models, seed },
  network: description,
  grid,
  precision,
}: LearnerOptions): Learner {
  const network = velocityNetwork(description);
  const { method, steps } = models.velocity.sampler;
  const sampler = equalSteps(method, steps);
  const norm = normOf(models.velocity.norm, grid);
  return {
    networks: { student: description },
    init: () => network.init(keyFor(seed, "init", 0)),
    frozen: {},
    objective: flowMatching(velocityNetwork(description, { precision }), { norm }),
    sampler,
    sample: sampleVelocity(network, sampler),
    judge: { objective: flowMatching(network, { norm, times: spreadTimes }) },
  };
}

/**
 * Semigroup distillation of a velocity field v, which stays as it is, into a flow map
 * F = x + δ(1 − δ)v + δ²φ. φ begins with v's weights and F therefore as Euler's step.
 *
 * @throws CheckpointError for a teacher that is not a field to be integrated at will.
 */
function flowLearner(
  teacher: Teacher,
  { experiment: { models }, network: description, grid, precision }: LearnerOptions,
): Learner {
  const { model, sampler: taught } = teacher.manifest;
  if (model !== "velocity") {
    throw new CheckpointError({
      problem: `a ${model} model is a velocity only on its own grid`,
      expected: "a teacher of the model velocity",
      remedy: "give the velocity run that it was distilled from",
    });
  }
  const { norm, increments, sampler: recipe } = models.flow;
  const velocity = velocityNetwork(description);
  const corrector = correctorNetwork(description);
  const sampler = equalSteps("flow", recipe.steps);
  return {
    networks: { student: { ...description, kind: "corrector" }, velocity: description },
    init: () => correctorFromVelocity(teacher.params),
    frozen: { velocity: teacher.params },
    objective: semigroup(correctorNetwork(description, { precision }), velocity, {
      norm: normOf(norm, grid),
      increments: incrementsOf(increments),
    }),
    sampler,
    sample: (params, x, y) =>
      jump(flowMap(corrector, params, velocityField(velocity, teacher.params)), x, y, sampler.grid),
    judge: {
      sampleTeacher: (x, y) =>
        sampleVelocity(velocity, taught as VelocitySampler)(teacher.params, x, y),
    },
  };
}

/**
 * Progressive distillation into Euler steps on a fixed grid. The student begins with its teacher's weights.
 *
 * @throws ArgumentError where the teacher is a student itself and would be asked off its own grid.
 */
function progressiveLearner(
  teacher: Teacher,
  { experiment: { models }, network: description, grid, precision }: LearnerOptions,
): Learner {
  const { model, sampler: taught } = teacher.manifest;
  const { steps, substeps, tableau, norm } = models.velocity_pd;
  if (model === "velocity_pd" && (tableau !== "euler" || steps * substeps !== taught.steps)) {
    throw new ArgumentError({
      problem: `${steps} × ${substeps} ${tableau} steps leave the grid of the teacher, which is good for ${taught.steps} Euler steps`,
      expected: `models.velocity_pd.steps × substeps = ${taught.steps} with tableau=euler`,
      remedy: "change them, or give a velocity run as the teacher",
    });
  }
  const network = velocityNetwork(description);
  const sampler = equalSteps("euler", steps);
  return {
    networks: { student: description },
    init: () => copyParams(teacher.params),
    frozen: { teacher: teacher.params },
    objective: progressive(velocityNetwork(description, { precision }), {
      teacher: network,
      times: sampler.grid,
      substeps,
      tableau: tableaus[tableau],
      norm: normOf(norm, grid),
    }),
    sampler,
    sample: sampleVelocity(network, sampler),
    judge: {
      sampleTeacher: (x, y) =>
        sampleVelocity(network, taught as VelocitySampler)(teacher.params, x, y),
    },
  };
}

/** The learner of a model; a velocity has no teacher, the others have one. */
export function makeLearner(
  model: ModelName,
  teacher: Teacher | null,
  options: LearnerOptions,
): Learner {
  if (teacher === null) return velocityLearner(options);
  return model === "flow" ? flowLearner(teacher, options) : progressiveLearner(teacher, options);
}
