import type { KuramotoSivashinskyRecipe } from "@eddyflow/experiments";
import { kuramotoSivashinsky2d, randomFourierField } from "@eddyflow/pde";
import type { System } from "./system.ts";

/** From small random waves through the warm-up to frames of the attractor. */
export function kuramotoSivashinsky(recipe: KuramotoSivashinskyRecipe): System {
  const { numPoints, domainExtent, dt, operator, frameInterval, warmUp } = recipe;
  return {
    layout: {
      grid: {
        shape: [numPoints, numPoints],
        extent: [domainExtent, domainExtent],
        boundary: ["periodic", "periodic"],
      },
      channels: ["u"],
    },
    prepare: () => {
      const stepper = kuramotoSivashinsky2d({ numPoints, domainExtent, dt, operator });
      return {
        begin: (key) => ({ stepper, state: randomFourierField(key, stepper.shape) }),
        warmUpSteps: Math.round(warmUp / dt),
        stepsPerFrame: Math.round(frameInterval / dt),
        record: (state) => state,
      };
    },
  };
}
