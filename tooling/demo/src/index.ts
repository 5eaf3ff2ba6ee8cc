export { type DemoStep, planDemo } from "./plan.ts";
export { remainingSeconds } from "./remaining.ts";
export { runStep } from "./run-step.ts";
