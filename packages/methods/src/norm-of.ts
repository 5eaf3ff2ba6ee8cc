import type { Grid } from "@eddyflow/core";
import { l2, type Norm, sobolev } from "@eddyflow/losses";
import { mul, pow, type Tensor1D } from "@tensorflow/tfjs-core";
import type { NormRecipe } from "./recipe-parts.ts";

/** The norm of a recipe on a grid. */
export function normOf(recipe: NormRecipe, { shape, extent, boundary }: Grid): Norm {
  if (recipe.kind === "l2") return l2();
  const spacing = extent.map((length, axis) => length / (shape[axis] as number));
  const { alpha, beta, timePower } = recipe;
  const weight = timePower === 0 ? beta : (t: Tensor1D) => mul<Tensor1D>(pow(t, timePower), beta);
  return sobolev({ alpha, beta: weight, spacing, boundary });
}
