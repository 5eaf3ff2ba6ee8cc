import { join } from "node:path";
import { type DemoStep, demoExperiment, demoPlaces, planDemo } from "demo";
import { exists } from "./command.ts";
import type { Places } from "./plan.ts";

const folder = join("runs", "demo");

/** Where the demo's data and teacher are, for a comparison that writes to `out`. */
export function placesOfDemo(out: string): Places {
  const { data, teacher } = demoPlaces(folder, false);
  return { experiment: demoExperiment, data, teacher, out };
}

/** The simulation and the training of the teacher, as `npm run demo` makes them; what is there is kept. */
export function demoTeacherSteps(): readonly DemoStep[] {
  const options = { quick: false, backend: null, experiment: demoExperiment, folder, exists };
  return planDemo(options).slice(0, 2);
}
