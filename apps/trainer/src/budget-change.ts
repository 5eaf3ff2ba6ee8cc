import type { TrainingRecipe } from "@eddyflow/methods";
import { scheduleOf } from "./optimizer-of.ts";

/**
 * What another budget does to the learning rate of a resumed run, in words: its schedule is as long as the budget. Null
 * where it does nothing.
 *
 * @param begun - the budget until now, in steps.
 * @param step - steps done.
 */
export function budgetChange(recipe: TrainingRecipe, begun: number, step: number): string | null {
  if (recipe.iterations === begun || step === 0) return null;
  const before = scheduleOf(recipe, begun)(step - 1);
  const after = scheduleOf(recipe, recipe.iterations)(step);
  const ratio = after / before;
  if (Math.abs(ratio - 1) < 1e-6) return null;
  const times = Number.isFinite(ratio) ? `, ${ratio.toPrecision(3)} times as much` : "";
  return `the schedule is now ${recipe.iterations} steps long, not ${begun}: the learning rate was ${before.toExponential(1)} at step ${step} and is ${after.toExponential(1)} at the next${times}`;
}
