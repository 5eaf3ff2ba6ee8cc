export type { OwnNetwork, OwnNetworks } from "@eddyflow/core";
export {
  type BatchSource,
  defineMethod,
  type Learner,
  type LearnerContext,
  type Method,
  type Opponent,
  type OwnBatches,
  type RecipeParts,
  type Teacher,
} from "./method.ts";
export {
  type MethodName,
  methods,
  type RecipeInputs,
  type Recipes,
} from "./methods.ts";
export type { OwnNorm, OwnNorms } from "./own-norms.ts";
export type {
  CommonTraining,
  IncrementRecipe,
  NetworkRecipe,
  NormRecipe,
  PathRecipe,
  TrainingRecipe,
} from "./recipe-parts.ts";
