import {
  betaIncrements,
  dyadicIncrements,
  fixedIncrements,
  type IncrementDistribution,
  logitNormalIncrements,
  squareRootIncrements,
  uniformIncrements,
} from "@eddyflow/distillation";
import type { IncrementRecipe } from "./recipe-parts.ts";

/** The distribution of a recipe. */
export function incrementsOf(recipe: IncrementRecipe): IncrementDistribution {
  switch (recipe.kind) {
    case "dyadic":
      return dyadicIncrements(recipe);
    case "square-root":
      return squareRootIncrements(recipe);
    case "uniform":
      return uniformIncrements(recipe);
    case "beta":
      return betaIncrements(recipe);
    case "logit-normal":
      return logitNormalIncrements(recipe);
    case "fixed":
      return fixedIncrements(recipe);
  }
}
