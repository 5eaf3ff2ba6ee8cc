import { ArgumentError } from "@eddyflow/core";
import { type FieldLayout, observe } from "@eddyflow/datasets";
import { kuramotoSivashinsky2d } from "@eddyflow/pde";
import { resample } from "@eddyflow/spectral";
import type { Contestant } from "./contestant.ts";
import type { SolverRecipe } from "./solver-recipe.ts";

/**
 * The solver that made the data, in the place of a model: it starts from the observed state,
 * Fourier-interpolated to its own grid, is advanced by a frame interval, and is observed again. Along a
 * forecast it keeps its own state. With a stride it runs on fewer points.
 *
 * @throws ArgumentError where the stride leaves a grid that does not hold the observed points.
 */
export function solver(
  name: string,
  recipe: SolverRecipe,
  { stride }: { readonly stride: number },
): Contestant {
  const seen = recipe.numPoints / recipe.observation.stride;
  const numPoints = recipe.numPoints / stride;
  const observed = { stride: recipe.observation.stride / stride };
  if (!Number.isInteger(numPoints) || !Number.isInteger(observed.stride)) {
    throw new ArgumentError({
      problem: `${name} has no grid: ${recipe.numPoints} points seen at every ${recipe.observation.stride}`,
      expected: `a stride that divides ${recipe.observation.stride}`,
      remedy: `write solver, or solver:${recipe.observation.stride} for the observed grid`,
    });
  }
  const { dt, frameInterval } = recipe;
  const steps = Math.round(frameInterval / dt);
  const shape = [numPoints, numPoints];
  const layout: FieldLayout = {
    grid: {
      shape,
      extent: [recipe.domainExtent, recipe.domainExtent],
      boundary: ["periodic", "periodic"],
    },
    channels: ["u"],
  };
  const stepper = kuramotoSivashinsky2d({ ...recipe, numPoints });
  return {
    name,
    kind: "solver",
    description: `ETDRK4 on ${shape.join(" × ")} points, ${steps} ${steps === 1 ? "step" : "steps"} of ${dt}`,
    undistilled: false,
    nfePerStep: null,
    ensemble: false,
    timedRows: () => 1,
    begin: (initial, rows) => {
      const size = initial.length / rows;
      const states = Array.from({ length: rows }, (_, row) =>
        resample(
          Float64Array.from(initial.subarray(row * size, (row + 1) * size)),
          [seen, seen],
          shape,
        ),
      );
      return {
        step: async () => {
          const next = new Float32Array(initial.length);
          for (const [row, state] of states.entries()) {
            // A coarse solver may diverge, which is a result and no error.
            const advanced = stepper.step(state, steps);
            states[row] = advanced;
            next.set(observe(advanced, layout, observed), row * size);
          }
          return next;
        },
        dispose: () => {},
      };
    },
    dispose: () => {},
  };
}
