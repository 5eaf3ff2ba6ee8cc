import type { TrainingRecipe } from "@eddyflow/methods";
import { expect, test } from "vitest";
import { budgetChange } from "./budget-change.ts";

const recipe = (kind: "cosine" | "constant", iterations: number) =>
  ({ iterations, schedule: { kind }, learningRate: { max: 2e-4, min: 1e-6 } }) as TrainingRecipe;

test("a raised budget says what it does to the learning rate", () => {
  // At the end of 1000 steps it is 1.0e-6; halfway through 2000 it is the mean of 2e-4 and 1e-6.
  expect(budgetChange(recipe("cosine", 2000), 1000, 1000)).toMatch(
    /^the schedule is now 2000 steps long, not 1000: the learning rate was 1\.0e-6 at step 1000 and is 1\.0e-4 at the next, 100 times as much$/u,
  );
});

test("nothing is said where the learning rate stays as it was", () => {
  expect(budgetChange(recipe("cosine", 1000), 1000, 500)).toBeNull();
  expect(budgetChange(recipe("constant", 2000), 1000, 1000)).toBeNull();
});
