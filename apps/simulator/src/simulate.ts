import type { Key } from "@eddyflow/core";
import {
  type FieldLayout,
  observe,
  observeLayout,
  type StoreDescription,
} from "@eddyflow/datasets";
import type { DataRecipe, ExperimentConfig, Split } from "@eddyflow/experiments";
import { advance, kuramotoSivashinsky2d, randomFourierField } from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";

/** What is told and asked between two frames of a long computation. */
interface SimulationHooks {
  /** The part that is done, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
  readonly isStopped?: () => boolean;
}

/** Makes one trajectory `[time, ...space, channel]` as it is seen, or null where it was stopped. */
export type Simulation = (key: Key, hooks?: SimulationHooks) => Float32Array | null;

/** The key of a trajectory: it depends on nothing but these, so that any worker can make it. */
export const trajectoryKey = (seed: number, split: Split, index: number): Key =>
  keyFor(seed, `trajectory/${split}`, index);

/** The states of the solver, before observation. */
const solverLayout = ({ numPoints, domainExtent }: DataRecipe): FieldLayout => ({
  grid: {
    shape: [numPoints, numPoints],
    extent: [domainExtent, domainExtent],
    boundary: ["periodic", "periodic"],
  },
  channels: ["u"],
});

/** What the store of a split says of itself. Its recipe leaves the numbers of trajectories out. */
export function describe(config: ExperimentConfig, split: Split): StoreDescription {
  const { trajectories, ...recipe } = config.data;
  const { observation, frameInterval, frames } = config.data;
  return {
    experiment: config.name,
    split,
    ...observeLayout(solverLayout(config.data), observation),
    frameInterval,
    frames,
    trajectories: trajectories[split],
    recipe,
    seed: config.seed,
    observation,
  };
}

/**
 * The simulation of a recipe: from random waves through the warm-up to frames of the attractor.
 *
 * @throws ArgumentError where the recipe cannot be computed.
 */
export function prepareSimulation(recipe: DataRecipe): Simulation {
  const { numPoints, domainExtent, dt, operator, observation, frames } = recipe;
  const stepper = kuramotoSivashinsky2d({ numPoints, domainExtent, dt, operator });
  const stepsPerFrame = Math.round(recipe.frameInterval / dt);
  const warmUpSteps = Math.round(recipe.warmUp / dt);
  const allSteps = warmUpSteps + (frames - 1) * stepsPerFrame;
  const layout = solverLayout(recipe);
  const size = observe(new Float64Array(numPoints ** 2), layout, observation).length;

  return (key, { onProgress, isStopped } = {}) => {
    let state = randomFourierField(key, stepper.shape);
    let done = 0;
    const forward = (steps: number) => {
      state = advance(stepper, state, steps);
      done += steps;
      onProgress?.(done / Math.max(1, allSteps));
    };
    // In pieces, so that a stop is heard during the warm-up too.
    while (done < warmUpSteps) {
      if (isStopped?.()) return null;
      forward(Math.min(stepsPerFrame, warmUpSteps - done));
    }
    const trajectory = new Float32Array(frames * size);
    for (let frame = 0; frame < frames; frame++) {
      if (isStopped?.()) return null;
      if (frame > 0) forward(stepsPerFrame);
      trajectory.set(observe(state, layout, observation), frame * size);
    }
    return trajectory;
  };
}
