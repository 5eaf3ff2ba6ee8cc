import type { Grid } from "@eddyflow/core";
import { l2, type Norm, sobolev, type TimeWeight } from "@eddyflow/losses";
import { mul, pow, type Tensor1D } from "@tensorflow/tfjs-core";
import { ownNorm } from "./own-norms.ts";
import type { NormRecipe } from "./recipe-parts.ts";

/** The norm of a recipe on a grid. */
export function normOf(recipe: NormRecipe, { shape, extent, boundary }: Grid): Norm {
  if (recipe.kind === "l2") return l2();
  if (recipe.kind === "own") return ownNorm(recipe.norm);
  const spacing = extent.map((length, axis) => length / (shape[axis] as number));
  const { alpha, alphaPower, beta, timePower } = recipe;
  return sobolev({
    alpha: timeWeight(alpha, alphaPower),
    beta: timeWeight(beta, timePower),
    spacing,
    boundary,
  });
}

/** scale·t^power. */
const timeWeight = (scale: number, power: number): TimeWeight =>
  power === 0 ? scale : (t) => mul<Tensor1D>(pow(t, power), scale);
