import {
  betaIncrements,
  dyadicIncrements,
  type IncrementDistribution,
  squareRootIncrements,
  uniformIncrements,
} from "@eddyflow/samplers";
import type { IncrementRecipe } from "./recipe-parts.ts";

/** The distribution of a recipe, and the increment that is learnt from the velocity itself. */
export function incrementsOf(recipe: IncrementRecipe): {
  readonly increments: IncrementDistribution;
  readonly anchor?: number;
} {
  switch (recipe.kind) {
    case "dyadic":
      return { increments: dyadicIncrements(recipe), anchor: 2 ** (1 - recipe.levels) };
    case "square-root":
      return { increments: squareRootIncrements(recipe) };
    case "uniform":
      return { increments: uniformIncrements(recipe) };
    case "beta":
      return { increments: betaIncrements(recipe) };
  }
}
