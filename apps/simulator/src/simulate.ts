import type { Key } from "@eddyflow/core";
import {
  observe,
  observeLayout,
  type StoreDescription,
  timestampChannel,
  timestamped,
} from "@eddyflow/datasets";
import type { DataRecipe, ExperimentConfig, Split } from "@eddyflow/experiments";
import { advance } from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";
import { simulationRecipe, systemOf } from "./system.ts";

/** Which trajectory, and what is told and asked between two frames of a long computation. */
interface SimulationOptions {
  /** Number of the trajectory in its split: what takes turns over them, such as an Atwood number; 0 unless given. */
  readonly index?: number;
  /** The part that is done, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
  readonly isStopped?: () => boolean;
}

/** Makes one trajectory `[time, ...space, channel]` as it is seen, or null where it was stopped. */
export type Simulation = (key: Key, options?: SimulationOptions) => Float32Array | null;

/** The key of a trajectory: it depends on nothing but these, so that any worker can make it. */
export const trajectoryKey = (seed: number, split: Split, index: number): Key =>
  keyFor(seed, `trajectory/${split}`, index);

/**
 * What the store of a split says of itself. Its recipe leaves out the numbers of trajectories, and what makes
 * pairs of its frames.
 *
 * @throws ArgumentError for files.
 */
export function describe(config: ExperimentConfig, split: Split): StoreDescription {
  const data = simulationRecipe(config.data);
  const { trajectories, frameStride: _, ...recipe } = data;
  const { observation, frameInterval, frames, timestamp = false } = data;
  const seen = observeLayout(systemOf(data).layout, observation);
  return {
    experiment: config.name,
    split,
    ...seen,
    channels: [...seen.channels, ...(timestamp ? [timestampChannel] : [])],
    frameInterval,
    frames,
    trajectories: trajectories[split],
    recipe,
    seed: config.seed,
    observation,
  };
}

/**
 * The simulation of a recipe: from an initial state through the warm-up to frames.
 *
 * @throws ArgumentError for files, and where the recipe cannot be computed.
 */
export function prepareSimulation(data: DataRecipe): Simulation {
  const recipe = simulationRecipe(data);
  const { observation, frames, frameInterval, timestamp = false } = recipe;
  const { layout, prepare } = systemOf(recipe);
  const { begin, record, warmUpSteps, stepsPerFrame } = prepare();
  const allSteps = warmUpSteps + (frames - 1) * stepsPerFrame;
  const { grid, channels } = observeLayout(layout, observation);
  const size = grid.shape.reduce((product, points) => product * points, channels.length);

  return (key, { index = 0, onProgress, isStopped } = {}) => {
    let { stepper, state } = begin(key, index);
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
      trajectory.set(observe(record(state), layout, observation), frame * size);
    }
    if (!timestamp) return trajectory;
    const times = Array.from({ length: frames }, (_, frame) => frame * frameInterval);
    return timestamped(trajectory, channels.length, times);
  };
}
