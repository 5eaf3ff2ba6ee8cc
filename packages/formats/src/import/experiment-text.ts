import { basename } from "node:path";
import type { Padding } from "@eddyflow/core";
import type { ImportPlan } from "./plan-import.ts";

/** What the folder is called, as an experiment may be called. */
export function experimentName(dir: string): string {
  const name = basename(dir)
    .toLowerCase()
    .replace(/[^a-z0-9_-]+/gu, "-")
    .replace(/^[-_]+|-+$/gu, "");
  return name === "" ? "data" : name;
}

/** Points that one step sees: 16 states of 32 × 32, as the demo's. */
const pointsPerStep = 16 * 1024;
/** Students get fewer steps: each takes several evaluations of the networks. */
const teacherPerStudent = 3;
/** Points of all steps of a teacher together: as many as the demo's teacher sees, which takes minutes on two cores. */
const pointsInAll = 1200 * pointsPerStep;

/** How often a U-Net can halve every axis, and still pad the coarsest level by two points. */
function halvings(shape: readonly number[]): number {
  const fits = (level: number) => shape.every((n) => n % 2 ** level === 0 && n / 2 ** level >= 4);
  return fits(2) ? 2 : fits(1) ? 1 : 0;
}

/**
 * A module with an experiment on the data beside it: the padding follows from the boundary, the budget fits into minutes on a
 * processor.
 */
export function experimentText({ grid }: ImportPlan, name: string): string {
  const points = grid.shape.reduce((product, n) => product * n, 1);
  const widths = grid.shape.length === 3 ? [8, 16, 24] : [16, 32, 48];
  const features = widths.slice(0, halvings(grid.shape) + 1);
  const padding = grid.boundary.map((end): Padding => (end === "periodic" ? "periodic" : "zero"));
  const walls = grid.boundary.flatMap((end, axis) => (end === "wall" ? [axis] : []));
  const position = walls.length === 0 ? "" : `, position: [${walls.join(", ")}]`;
  const batchSize = Math.max(1, Math.min(16, Math.round(pointsPerStep / points)));
  const fitting = Math.round(pointsInAll / (batchSize * points) / 100) * 100;
  const iterations = Math.max(200, Math.min(1200, fitting));
  const list = (words: readonly (string | number)[]) => JSON.stringify(words).replaceAll(",", ", ");
  return `import type { Experiment } from "@eddyflow/experiments";

export default {
  name: "${name}",
  data: { system: "files", path: import.meta.dirname },
  network: { features: ${list(features)}, padding: ${list(padding)}${position} },
  training: { iterations: ${iterations}, batchSize: ${batchSize}, learningRate: { max: 2e-3, min: 1e-5 }, averageDecay: 0.99 },
  models: { flow: { iterations: ${Math.round(iterations / teacherPerStudent)} } },
} satisfies Experiment;
`;
}
