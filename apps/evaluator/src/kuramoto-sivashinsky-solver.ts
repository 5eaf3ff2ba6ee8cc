import { ArgumentError } from "@eddyflow/core";
import { type FieldLayout, observe } from "@eddyflow/datasets";
import { kuramotoSivashinsky2d } from "@eddyflow/pde";
import { resample } from "@eddyflow/spectral";
import type { ObservedSolver } from "./solver.ts";
import { type KuramotoSivashinskySolverRecipe, strideOf } from "./solver-recipe.ts";

/**
 * Kuramoto–Sivashinsky from the observed points, Fourier-interpolated to those of the solver.
 *
 * @throws ArgumentError where the stride leaves a grid that does not hold the observed points.
 */
export function kuramotoSivashinskySolver(
  name: string,
  recipe: KuramotoSivashinskySolverRecipe,
  stride: number,
): ObservedSolver {
  const between = strideOf(recipe.observation);
  const seen = recipe.numPoints / between;
  const numPoints = recipe.numPoints / stride;
  const observed = { pointStride: between / stride };
  if (!Number.isInteger(numPoints) || !Number.isInteger(observed.pointStride)) {
    throw new ArgumentError({
      problem: `${name} has no grid: ${recipe.numPoints} points seen at every ${between}`,
      expected: `a stride that divides ${between}`,
      remedy: `write solver, or solver:${between} for the observed grid`,
    });
  }
  const { dt, frameInterval, domainExtent } = recipe;
  const steps = Math.round(frameInterval / dt);
  const shape = [numPoints, numPoints];
  const layout: FieldLayout = {
    grid: { shape, extent: [domainExtent, domainExtent], boundary: ["periodic", "periodic"] },
    channels: ["u"],
  };
  const stepper = kuramotoSivashinsky2d({ ...recipe, numPoints });
  return {
    channels: 1,
    description: `ETDRK4 on ${shape.join(" × ")} points, ${steps} ${steps === 1 ? "step" : "steps"} of ${dt}`,
    begin: (state) => resample(Float64Array.from(state), [seen, seen], shape),
    step: (state) => stepper.step(state, steps),
    observe: (state) => observe(state, layout, observed),
  };
}
