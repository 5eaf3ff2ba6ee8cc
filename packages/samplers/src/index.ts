export * from "./descriptions.ts";
export { endPoint } from "./end-point.ts";
export {
  type BetaIncrementsOptions,
  betaIncrements,
  type ContinuousIncrementsOptions,
  dyadicIncrements,
  type FixedIncrementsOptions,
  fixedIncrements,
  gridTimes,
  type IncrementDistribution,
  type Increments,
  squareRootIncrements,
  uniformIncrements,
} from "./increments.ts";
export { type IntegrateOptions, integrate } from "./integrate.ts";
export { intervalsOf } from "./intervals-of.ts";
export { jump } from "./jump.ts";
export { type RolloutOptions, rollout } from "./rollout.ts";
export { type RungeKuttaStepOptions, rungeKuttaStep } from "./runge-kutta-step.ts";
