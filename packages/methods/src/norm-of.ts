import { l2, type Norm, sobolev, type TimeWeight } from "@eddyflow/losses";
import { mul, pow, type Tensor1D } from "@tensorflow/tfjs-core";
import type { LearnerContext } from "./method.ts";
import { ownNorm } from "./own-norms.ts";
import type { NormRecipe } from "./recipe-parts.ts";

/**
 * The norm of a recipe on the grid of a context.
 *
 * @throws ArgumentError for one of one's own that the context does not have.
 */
export function normOf(
  recipe: NormRecipe,
  { grid: { shape, extent, boundary }, norms = {} }: Pick<LearnerContext, "grid" | "norms">,
): Norm {
  if (recipe.kind === "l2") return l2();
  if (recipe.kind === "own") return ownNorm(recipe.norm, norms);
  const spacing = extent.map((length, axis) => length / (shape[axis] as number));
  const { alpha, alphaPower, beta, gamma, timePower, differences } = recipe;
  return sobolev({
    alpha: timeWeight(alpha, alphaPower),
    beta: timeWeight(beta, timePower),
    ...(gamma !== undefined && { gamma: timeWeight(gamma, timePower) }),
    ...{ spacing, boundary },
    ...(differences !== undefined && { differences }),
  });
}

/** scale·t^power. */
const timeWeight = (scale: number, power: number): TimeWeight =>
  power === 0 ? scale : (t) => mul<Tensor1D>(pow(t, power), scale);
