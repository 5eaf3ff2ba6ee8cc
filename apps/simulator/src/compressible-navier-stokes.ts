import type { CompressibleNavierStokesRecipe } from "@eddyflow/experiments";
import {
  averageState,
  compressibleChannels,
  compressibleNavierStokes2d,
  randomState,
  turbulentVelocity,
} from "@eddyflow/pde";
import type { System } from "./system.ts";

/** From the initial state itself, solved on fine cells and recorded on coarse ones. */
export function compressibleNavierStokes(recipe: CompressibleNavierStokesRecipe): System {
  const { numPoints, averagedTo, mach, initial } = recipe;
  const [cells, coarse] = [
    [numPoints, numPoints],
    [averagedTo, averagedTo],
  ];
  return {
    layout: {
      grid: { shape: coarse, extent: [1, 1], boundary: ["periodic", "periodic"] },
      channels: compressibleChannels,
      vectors: [{ channels: ["vx", "vy"], axes: [1, 0] }],
    },
    prepare: () => {
      const stepper = compressibleNavierStokes2d(recipe);
      return {
        begin: (key) => ({
          stepper,
          state:
            initial.kind === "random"
              ? randomState(key, cells, { mach })
              : turbulentVelocity(key, cells, { mach, projection: initial.projection }),
        }),
        warmUpSteps: 0,
        stepsPerFrame: 1,
        record: (state) => averageState(state, cells, coarse),
      };
    },
  };
}
