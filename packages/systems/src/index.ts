export { z } from "zod";
export {
  type CompressibleNavierStokesInput,
  type CompressibleNavierStokesRecipe,
  compressibleNavierStokes2d,
} from "./compressible-navier-stokes-2d.ts";
export type { FilesInput } from "./files.ts";
export {
  type KolmogorovInput,
  kolmogorov2d,
} from "./kolmogorov-2d.ts";
export {
  type KuramotoSivashinskyInput,
  type KuramotoSivashinskyRecipe,
  kuramotoSivashinsky2d,
} from "./kuramoto-sivashinsky-2d.ts";
export {
  type RayleighTaylorInput,
  type RayleighTaylorRecipe,
  rayleighTaylor3d,
} from "./rayleigh-taylor-3d.ts";
export { type RecipeKey, recipeKeys } from "./recipe-keys.ts";
export { type RecordedRecipe, recorded, type Split } from "./recorded.ts";
export type { Course, ObservedSolver, SolverOptions, System } from "./system.ts";
export {
  type DataInput,
  type DataRecipe,
  dataRecipe,
  dataRecipeWith,
  requireSimulation,
  type SimulationRecipe,
  systemOf,
  systems,
} from "./systems.ts";
export { upgradeRecipe } from "./upgrade-recipe.ts";
