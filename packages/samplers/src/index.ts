export type { ButcherTableau } from "./butcher-tableau.ts";
export { endPoint } from "./end-point.ts";
export {
  directName,
  equalSteps,
  jumpName,
  samplerInWords,
  samplerName,
  samplerText,
  stepsOf,
} from "./equal-steps.ts";
export { type IntegrateOptions, integrate } from "./integrate.ts";
export {
  type AdaptiveIntegration,
  type IntegrateAdaptivelyOptions,
  integrateAdaptively,
} from "./integrate-adaptively.ts";
export { intervalsOf } from "./intervals-of.ts";
export { jump } from "./jump.ts";
export { nfeOf } from "./nfe-of.ts";
export { outsideTraining } from "./outside-training.ts";
export { type RolloutOptions, rollout } from "./rollout.ts";
export {
  type RungeKuttaStepOptions,
  rungeKuttaStep,
  rungeKuttaVelocity,
} from "./runge-kutta-step.ts";
export { samplerNamed, samplerNames } from "./sampler-named.ts";
export { cosineSpacing } from "./spacings/cosine-spacing.ts";
export { type SpacingName, spacingBetween, spacingOf, spacings } from "./spacings/spacings.ts";
export type { TimeSpacing } from "./spacings/time-spacing.ts";
export { uniformSpacing } from "./spacings/uniform-spacing.ts";
export { euler } from "./tableaus/euler.ts";
export { heun } from "./tableaus/heun.ts";
export { heun3 } from "./tableaus/heun3.ts";
export { midpoint } from "./tableaus/midpoint.ts";
export { rk4 } from "./tableaus/rk4.ts";
export { type TableauName, tableauOf, tableaus } from "./tableaus/tableaus.ts";
export { threeEighths } from "./tableaus/three-eighths.ts";
export { uniformTimes } from "./uniform-times.ts";
export { velocityOf } from "./velocity-of.ts";
