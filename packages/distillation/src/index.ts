export {
  type Adversarial,
  type AdversarialOptions,
  type AdversarialTargets,
  adversarial,
  type DiscriminatorTargets,
} from "./adversarial.ts";
export {
  flowLagrangian,
  type LagrangianOptions,
  type LagrangianTargets,
} from "./flow-lagrangian.ts";
export { type BetaIncrementsOptions, betaIncrements } from "./increments/beta-increments.ts";
export type { ContinuousIncrementsOptions } from "./increments/continuous-increments.ts";
export { dyadicIncrements } from "./increments/dyadic-increments.ts";
export { type FixedIncrementsOptions, fixedIncrements } from "./increments/fixed-increments.ts";
export type { IncrementDistribution, Increments } from "./increments/increment-distribution.ts";
export { incrementsBetween } from "./increments/increments-between.ts";
export {
  type LogitNormalIncrementsOptions,
  logitNormalIncrements,
} from "./increments/logit-normal-increments.ts";
export { squareRootIncrements } from "./increments/square-root-increments.ts";
export { uniformIncrements } from "./increments/uniform-increments.ts";
export { type MeanFlowOptions, type MeanFlowTargets, meanFlow } from "./mean-flow.ts";
export { type MultistagePlanOptions, multistagePlan, type Stage } from "./multistage-plan.ts";
export type { TeacherPathOptions } from "./paths/pairs-of.ts";
export type { PathBatch } from "./paths/path-batch.ts";
export {
  type DrawPathPairs,
  type PathPairs,
  type PathPairsOptions,
  pathPairs,
} from "./paths/path-pairs.ts";
export { teacherPath } from "./paths/teacher-path.ts";
export {
  type ProgressiveOptions,
  type ProgressiveTargets,
  progressive,
  type StepNetwork,
} from "./progressive.ts";
export { type RectifiedOptions, rectified } from "./rectified.ts";
export {
  type RolloutCrpsOptions,
  type RolloutCrpsTargets,
  rolloutCrps,
} from "./rollout-crps.ts";
export { type SemigroupOptions, type SemigroupTargets, semigroup } from "./semigroup.ts";
export { type SingleStepOptions, type SingleStepTargets, singleStep } from "./single-step.ts";
export {
  type SpectralMatchOptions,
  type SpectralMatchTargets,
  spectralMatch,
} from "./spectral-match.ts";
export { type TrajectoryOptions, type TrajectoryTargets, trajectory } from "./trajectory.ts";
