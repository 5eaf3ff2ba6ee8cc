import type { Key } from "@eddyflow/core";
import type { FieldLayout } from "@eddyflow/datasets";
import type { Stepper } from "@eddyflow/pde";
import type { z } from "zod";
import type { RecordedRecipe } from "./recorded.ts";

/** A simulation: from a random initial state, through a warm-up, to recorded frames. */
export interface Course {
  /**
   * The solver and the initial state of one trajectory.
   *
   * @param key - all randomness of the trajectory comes from it.
   * @param index - number of the trajectory in its split, for parameters that take turns.
   */
  begin(key: Key, index: number): { readonly stepper: Stepper; readonly state: Float64Array };
  /** Steps of the solver before the first frame. */
  readonly warmUpSteps: number;
  /** Steps of the solver from one frame to the next. */
  readonly stepsPerFrame: number;
  /** What is recorded of a state of the solver: `[...space, channel]` of the system's layout, flat. */
  record(state: Float64Array): Float64Array;
  /**
   * The solver with the noise of another key, which draws that of each step by the step's number: so a state has as many
   * next ones as there are keys. Branches share their work arrays, so that one costs next to nothing. Absent where a state
   * has one next state.
   */
  branch?(key: Key): Stepper;
}

/** How a solver is asked to compete with trained models. */
export interface SolverOptions {
  /** What the solver is called in messages, such as `solver:2`. */
  readonly name: string;
  /** The solver runs on every n-th point of the simulation's grid along each axis; 1 is the full grid. */
  readonly pointStride: number;
}

/** A solver that starts from an observed state and is observed again: a contestant beside trained models. */
export interface ObservedSolver {
  /** How it makes one step, in a few words: method, grid, substeps. */
  readonly description: string;
  /** Number of observed channels, without the time. */
  readonly channels: number;
  /** The solver's own state, made from an observed one, `[...space, channel]` without the time. */
  begin(observed: Float32Array): Float64Array;
  /** Whether a state has many next ones, one for each key; false unless given. */
  readonly stochastic?: boolean;
  /**
   * The solver's state one `frameInterval` later.
   *
   * @param key - of the noise of this step, where the solver is stochastic; a step without it has none.
   */
  step(state: Float64Array, key?: Key | null): Float64Array;
  /** What is seen of the solver's state, `[...space, channel]` without the time. */
  observe(state: Float64Array): Float32Array;
}

/**
 * Something that can be simulated: a value, found in the list of systems by its name. Write your own in one file with
 * `satisfies System<YourRecipe>`; nothing here depends on the systems that come with the project.
 */
export interface System<Recipe extends RecordedRecipe = RecordedRecipe> {
  /** What a recipe calls it in its key `system`. */
  readonly name: Recipe["system"];
  /** One plain line, for a list of systems. */
  readonly about: string;
  /** The schema of its recipe: every key but `system` has a default that works and a description. */
  readonly recipe: z.ZodType<Recipe>;
  /** Grid, channels and vectors of what is recorded, before observation. */
  layout(recipe: Recipe): FieldLayout;
  /**
   * The simulation of a recipe.
   *
   * @throws ArgumentError where the recipe cannot be computed.
   */
  prepare(recipe: Recipe): Course;
  /** What is doubtful about a recipe that can be computed, in a sentence; null where nothing is. */
  advice?(recipe: Recipe): string | null;
  /**
   * Physical parameters of the trajectory of this number in its split. They are stored with the data, and a network can
   * be told them (`parameters` of the recipe). Every trajectory has the same names.
   */
  parameters?(recipe: Recipe, index: number): Readonly<Record<string, number>>;
  /**
   * The solver as a contestant. A system without it has no solver that can be compared.
   *
   * @throws ArgumentError where the solver cannot start from what is seen, or has no grid at this stride.
   */
  solver?(recipe: Recipe, options: SolverOptions): ObservedSolver;
}
