import { type Key, ShapeError } from "@eddyflow/core";
import {
  observe,
  observeLayout,
  type StoreDescription,
  timestampChannel,
  timestamped,
} from "@eddyflow/datasets";
import type { ExperimentConfig } from "@eddyflow/experiments";
import { keyFor } from "@eddyflow/random";
import {
  type Course,
  type DataRecipe,
  requireSimulation,
  type SimulationRecipe,
  type Split,
  type System,
  systemOf,
} from "@eddyflow/systems";
import { statesAlong } from "./states-along.ts";

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
  own: readonly System[],
): Readonly<Record<string, readonly number[]>> | undefined {
  const system = systemOf(recipe, own);
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
 * @param own - systems of one's own; none unless given.
 * @throws ArgumentError for files.
 */
export function describe(
  config: ExperimentConfig,
  split: Split,
  own: readonly System[] = [],
): StoreDescription {
  const recipe = requireSimulation(config.data);
  const { observation, frameInterval, frames, timestamp, trajectories } = recipe;
  const seen = observeLayout(systemOf(recipe, own).layout(recipe), observation);
  const parameters = parametersOf(recipe, split, own);
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

/** What is stored of a state of the solver that is this frame of its trajectory: `[...space, channel]`, with its time. */
export function observerOf(
  recipe: SimulationRecipe,
  { record }: Course,
  own: readonly System[] = [],
): (state: Float64Array, frame: number) => Float32Array {
  const { observation, frameInterval, timestamp } = recipe;
  const layout = systemOf(recipe, own).layout(recipe);
  const { channels } = observeLayout(layout, observation);
  const size = layout.grid.shape.reduce((all, n) => all * n, layout.channels.length);
  return (state, frame) => {
    const recorded = record(state);
    if (recorded.length !== size) {
      throw new ShapeError({
        problem: `the system ${recipe.system} records ${recorded.length} values of a state`,
        expected: `${size}: [${[...layout.grid.shape, layout.channels.length].join(", ")}] of its layout`,
        remedy: "correct its record or its layout",
      });
    }
    const seen = observe(recorded, layout, observation);
    return timestamp ? timestamped(seen, channels.length, [frame * frameInterval]) : seen;
  };
}

/**
 * The simulation of a recipe: from an initial state through the warm-up to frames.
 *
 * @param own - systems of one's own; none unless given.
 * @throws ArgumentError for files, and where the recipe cannot be computed.
 */
export function prepareSimulation(data: DataRecipe, own: readonly System[] = []): Simulation {
  const recipe = requireSimulation(data);
  const { frames } = recipe;
  const course = systemOf(recipe, own).prepare(recipe);
  const see = observerOf(recipe, course, own);
  const allSteps = course.warmUpSteps + (frames - 1) * course.stepsPerFrame;

  return (key, { index = 0, onProgress, isStopped } = {}) => {
    let trajectory = new Float32Array(0);
    for (const { frame, state, done } of statesAlong(course, key, index)) {
      if (done > 0) onProgress?.(done / Math.max(1, allSteps));
      if (frame !== null) {
        const seen = see(state, frame);
        if (frame === 0) trajectory = new Float32Array(frames * seen.length);
        trajectory.set(seen, frame * seen.length);
        if (frame === frames - 1) break;
      }
      if (isStopped?.()) return null;
    }
    return trajectory;
  };
}
