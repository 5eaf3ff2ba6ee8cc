export { type DemoStep, demoExperiment, demoPlaces, planDemo } from "./plan.ts";
export { runSteps } from "./run-steps.ts";
