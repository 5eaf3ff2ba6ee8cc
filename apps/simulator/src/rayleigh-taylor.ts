import type { RayleighTaylorRecipe } from "@eddyflow/experiments";
import { rayleighTaylor3d, rayleighTaylorChannels, rayleighTaylorInterface } from "@eddyflow/pde";
import { foldIn, integers } from "@eddyflow/random";
import type { System } from "./system.ts";

/** From rest on: Atwood numbers take turns over the trajectories, of the interfaces each draws one. */
export function rayleighTaylor(recipe: RayleighTaylorRecipe): System {
  const { numPoints: shape, atwood: numbers, interfaces, reducedGravity } = recipe;
  const { viscosity, diffusivity, frameInterval } = recipe;
  const [nz, ny, nx] = shape;
  const extent = [nz / nx, ny / nx, 1] as const;
  return {
    layout: {
      grid: { shape, extent, boundary: ["wall", "periodic", "periodic"] },
      channels: rayleighTaylorChannels,
      vectors: [{ channels: ["vx", "vy", "vz"], axes: [2, 1, 0] }],
    },
    prepare: () => {
      // A solver is large: it is made when its Atwood number's turn comes, and one now to refuse what cannot be computed.
      const solverOf = (atwood: number) =>
        rayleighTaylor3d({
          numPoints: shape,
          domainExtent: extent,
          atwood,
          viscosity,
          diffusivity,
          gravity: reducedGravity / atwood,
          frameInterval,
        });
      solverOf(numbers[0] as number);
      return {
        begin: (key, index) => {
          const atwood = numbers[index % numbers.length] as number;
          const [chosen = 0] = integers(foldIn(key, 0), 1, interfaces.length);
          const spectrum = interfaces[chosen] as (typeof interfaces)[number];
          const options = { ...spectrum, atwood, domainExtent: extent };
          return {
            stepper: solverOf(atwood),
            state: rayleighTaylorInterface(foldIn(key, 1), shape, options),
          };
        },
        warmUpSteps: 0,
        stepsPerFrame: 1,
        record: (state) => state,
      };
    },
  };
}
