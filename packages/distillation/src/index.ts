export { type MultistagePlanOptions, multistagePlan, type Stage } from "./multistage-plan.ts";
export { type ProgressiveOptions, type ProgressiveTargets, progressive } from "./progressive.ts";
export { type SemigroupOptions, type SemigroupTargets, semigroup } from "./semigroup.ts";
