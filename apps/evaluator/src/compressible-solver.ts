import { ArgumentError } from "@eddyflow/core";
import { averageState, compressibleNavierStokes2d } from "@eddyflow/pde";
import type { ObservedSolver } from "./solver.ts";
import { type CompressibleNavierStokesSolverRecipe, strideOf } from "./solver-recipe.ts";

const numChannels = 4;

/** Van Leer's slope between two differences: none at an extremum, so that density and pressure stay positive. */
const limited = (a: number, b: number): number => (a * b > 0 ? (2 * a * b) / (a + b) : 0);

/**
 * A state of n² periodic cells on (n · split)² of them: in each cell every field rises evenly, by its limited
 * slope, about the cell's own value, so that the means of the fields stay. `[y, x, channel]`.
 */
export function refine(state: ArrayLike<number>, n: number, split: number): Float64Array {
  const fine = n * split;
  const out = new Float64Array(fine * fine * numChannels);
  const at = (j: number, i: number, c: number) =>
    state[(((j + n) % n) * n + ((i + n) % n)) * numChannels + c] as number;
  const offset = (cell: number) => ((cell % split) + 0.5) / split - 0.5;
  for (let j = 0; j < n; j++) {
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < numChannels; c++) {
        const value = at(j, i, c);
        const alongY = limited(at(j + 1, i, c) - value, value - at(j - 1, i, c));
        const alongX = limited(at(j, i + 1, c) - value, value - at(j, i - 1, c));
        for (let y = j * split; y < (j + 1) * split; y++) {
          for (let x = i * split; x < (i + 1) * split; x++) {
            out[(y * fine + x) * numChannels + c] = value + alongY * offset(y) + alongX * offset(x);
          }
        }
      }
    }
  }
  return out;
}

/**
 * A compressible gas from the observed cells, whose fields are reconstructed by limited slopes on those of the
 * solver, and averaged again to be seen.
 *
 * @throws ArgumentError where the stride leaves a grid that does not hold the observed cells, or not all cells are
 *   seen.
 */
export function compressibleSolver(
  name: string,
  recipe: CompressibleNavierStokesSolverRecipe,
  stride: number,
): ObservedSolver {
  const { averagedTo, frameInterval } = recipe;
  const cells = recipe.numPoints / stride;
  const split = cells / averagedTo;
  if (strideOf(recipe.observation) !== 1) {
    throw new ArgumentError({
      problem: "of the recorded cells not all are seen, from which a gas cannot go on",
      expected: "data that were seen without a stride",
      remedy: "leave solver out of --models",
    });
  }
  if (!Number.isInteger(cells) || !Number.isInteger(split)) {
    const most = recipe.numPoints / averagedTo;
    throw new ArgumentError({
      problem: `${name} has no grid: ${recipe.numPoints} cells averaged to ${averagedTo}`,
      expected: `a stride that divides ${most}`,
      remedy: `write solver, or solver:${most} for the observed grid`,
    });
  }
  const stepper = compressibleNavierStokes2d({ ...recipe, numPoints: cells, frameInterval });
  const [shape, seen] = [
    [cells, cells],
    [averagedTo, averagedTo],
  ];
  return {
    channels: numChannels,
    description: `HLLC on ${shape.join(" × ")} cells, substeps as CFL 0.3 asks for`,
    begin: (state) => refine(state, averagedTo, split),
    step: (state) => stepper.step(state),
    observe: (state) => Float32Array.from(averageState(state, shape, seen)),
  };
}
