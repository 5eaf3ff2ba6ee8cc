import type { Key } from "@eddyflow/core";
import {
  observe,
  observeLayout,
  type StoreDescription,
  timestampChannel,
  timestamped,
} from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { advance } from "@eddyflow/pde";
import { keyFor } from "@eddyflow/random";
import {
  type DataRecipe,
  requireSimulation,
  type SimulationRecipe,
  type Split,
  systemOf,
} from "@eddyflow/systems";

/** Which trajectory, and what happens between two frames of a long computation. */
interface SimulationOptions {
  /** Number of the trajectory in its split, for parameters that take turns, such as an Atwood number; default 0. */
  readonly index?: number;
  /** The part that is done, 0 … 1. */
  readonly onProgress?: (fraction: number) => void;
  readonly isStopped?: () => boolean;
}

/** Makes one observed trajectory `[time, ...space, channel]`, or null where it was stopped. */
export type Simulation = (key: Key, options?: SimulationOptions) => Float32Array | null;

/** The key of a trajectory: it depends on nothing but these, so that any worker can make it. */
export const trajectoryKey = (seed: number, split: Split, index: number): Key =>
  keyFor(seed, `trajectory/${split}`, index);

/** The recipe of a store: without the number of trajectories, and without what makes training pairs of its frames. */
function storedRecipe(recipe: SimulationRecipe) {
  const { trajectories, frameStride, history, parameters, augmentation, timestamp, ...stored } =
    recipe;
  return { ...stored, ...(timestamp && { timestamp }) };
}

/** The parameters of the trajectories of a split, by name; undefined where the system has none. */
function parametersOf(
  recipe: SimulationRecipe,
  split: Split,
): Readonly<Record<string, readonly number[]>> | undefined {
  const system = systemOf(recipe);
  if (system.parameters === undefined) return undefined;
  const each = Array.from({ length: recipe.trajectories[split] }, (_, index) =>
    system.parameters?.(recipe, index),
  );
  return Object.fromEntries(
    Object.keys(each[0] ?? {}).map((name) => [name, each.map((one) => one?.[name] as number)]),
  );
}

/**
 * What the store of a split says of itself.
 *
 * @throws ArgumentError for files.
 */
export function describe(config: ExperimentConfig, split: Split): StoreDescription {
  const recipe = requireSimulation(config.data);
  const { observation, frameInterval, frames, timestamp, trajectories } = recipe;
  const seen = observeLayout(systemOf(recipe).layout(recipe), observation);
  const parameters = parametersOf(recipe, split);
  return {
    experiment: config.name,
    split,
    ...seen,
    channels: [...seen.channels, ...(timestamp ? [timestampChannel] : [])],
    frameInterval,
    frames,
    trajectories: trajectories[split],
    recipe: storedRecipe(recipe),
    seed: config.seed,
    observation,
    ...(parameters && { parameters }),
  };
}

/**
 * The simulation of a recipe: from an initial state through the warm-up to frames.
 *
 * @throws ArgumentError for files, and where the recipe cannot be computed.
 */
export function prepareSimulation(data: DataRecipe): Simulation {
  const recipe = requireSimulation(data);
  const { observation, frames, frameInterval, timestamp } = recipe;
  const system = systemOf(recipe);
  const layout = system.layout(recipe);
  const { begin, record, warmUpSteps, stepsPerFrame } = system.prepare(recipe);
  const allSteps = warmUpSteps + (frames - 1) * stepsPerFrame;
  const { grid, channels } = observeLayout(layout, observation);
  const size = grid.shape.reduce((product, points) => product * points, channels.length);

  return (key, { index = 0, onProgress, isStopped } = {}) => {
    let { stepper, state } = begin(key, index);
    let done = 0;
    const forward = (steps: number) => {
      state = advance(stepper, state, steps, done);
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
