export {
  defineMethod,
  type Learner,
  type LearnerContext,
  type Method,
  type RecipeParts,
  type Teacher,
} from "./method.ts";
export { type MethodName, methods, type RecipeInputs, type Recipes } from "./methods.ts";
export type {
  CommonTraining,
  IncrementRecipe,
  NormRecipe,
  TrainingRecipe,
} from "./recipe-parts.ts";
