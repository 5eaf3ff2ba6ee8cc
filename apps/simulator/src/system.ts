import { ArgumentError, type Key } from "@eddyflow/core";
import type { FieldLayout } from "@eddyflow/datasets";
import type { DataRecipe, FilesRecipe } from "@eddyflow/experiments";
import type { Stepper } from "@eddyflow/pde";
import { compressibleNavierStokes } from "./compressible-navier-stokes.ts";
import { kuramotoSivashinsky } from "./kuramoto-sivashinsky.ts";
import { rayleighTaylor } from "./rayleigh-taylor.ts";

/** What there is to simulate. */
export type SimulationRecipe = Exclude<DataRecipe, FilesRecipe>;

/** A solver on the way from an initial state to recorded frames. */
interface Course {
  /** The solver of the trajectory of this number in its split, and the state that it starts from. */
  begin(key: Key, index: number): { readonly stepper: Stepper; readonly state: Float64Array };
  /** Steps of the solver before the first frame, and from one frame to the next. */
  readonly warmUpSteps: number;
  readonly stepsPerFrame: number;
  /** What is recorded of a state of the solver. */
  record(state: Float64Array): Float64Array;
}

/** A system as its recipe says. */
export interface System {
  /** What is recorded, before observation. */
  readonly layout: FieldLayout;
  /** @throws ArgumentError where the recipe cannot be computed. */
  prepare(): Course;
}

/**
 * The recipe, if it is one of a simulation.
 *
 * @throws ArgumentError for files.
 */
export function simulationRecipe(recipe: DataRecipe): SimulationRecipe {
  if (recipe.system !== "files") return recipe;
  throw new ArgumentError({
    problem: "the data of this experiment are files, there is nothing to simulate",
    expected: "an experiment whose data.system is a solver",
    remedy: "train on it: the trainer reads the files as they are",
  });
}

/** The system of a recipe. */
export function systemOf(recipe: SimulationRecipe): System {
  switch (recipe.system) {
    case "kuramoto-sivashinsky-2d":
      return kuramotoSivashinsky(recipe);
    case "compressible-navier-stokes-2d":
      return compressibleNavierStokes(recipe);
    case "rayleigh-taylor-3d":
      return rayleighTaylor(recipe);
  }
}
