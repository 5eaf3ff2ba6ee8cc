export type { ButcherTableau } from "./butcher-tableau.ts";
export { type IntegrateOptions, integrate } from "./integrate.ts";
export { jump } from "./jump.ts";
export { type RolloutOptions, rollout } from "./rollout.ts";
export { type RungeKuttaStepOptions, rungeKuttaStep } from "./runge-kutta-step.ts";
export { nfeOf, type SamplerDescription } from "./sampler-description.ts";
export { euler, heun, midpoint, rk4, tableaus, threeEighths } from "./tableaus.ts";
export { uniformGrid } from "./uniform-grid.ts";
