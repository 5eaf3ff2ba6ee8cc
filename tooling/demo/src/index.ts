export { type DemoStep, demoExperiment, demoPlaces, planDemo } from "./plan.ts";
export { runStep } from "./run-step.ts";
export { runSteps } from "./run-steps.ts";
