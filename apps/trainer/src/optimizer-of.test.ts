import { useBackend } from "@eddyflow/backend";
import { methods } from "@eddyflow/methods";
import * as parts from "@eddyflow/methods/recipe-parts";
import { adam, cosine } from "@eddyflow/training";
import { dispose, tensor2d } from "@tensorflow/tfjs-core";
import { beforeAll, expect, test } from "vitest";
import { optimizerOf, scheduleOf } from "./optimizer-of.ts";

beforeAll(async () => {
  await useBackend("cpu");
});

const velocity = methods.find(({ name }) => name === "velocity") as (typeof methods)[number];
const recipeOf = (given: object) => velocity.recipe(parts).parse(given);
const steps = [0, 1, 10, 50, 99, 100];

test("a recipe that says nothing is Adam along half a cosine", async () => {
  const recipe = recipeOf({});
  expect([recipe.optimizer, recipe.schedule]).toEqual([{ kind: "adam" }, { kind: "cosine" }]);
  const schedule = scheduleOf(recipe, 100);
  expect(steps.map(schedule)).toEqual(steps.map(cosine({ ...recipe.learningRate, steps: 100 })));
  const own = await stepped(optimizerOf(recipe, schedule));
  expect(own).toEqual(await stepped(adam({ learningRate: schedule, clipNorm: recipe.clipNorm })));
});

test("the learning rate follows the schedule of the recipe", () => {
  const learningRate = { max: 1, min: 0 };
  const constant = scheduleOf(recipeOf({ learningRate, schedule: { kind: "constant" } }), 100);
  expect(steps.map(constant)).toEqual(steps.map(() => 1));
  const warmed = scheduleOf(
    recipeOf({ learningRate, schedule: { kind: "warmup-cosine", warmUp: 0.1 } }),
    100,
  );
  expect([0, 4, 9, 10].map(warmed)).toEqual([0.1, 0.5, 1, 1]);
  expect(warmed(55)).toBeCloseTo(0.5, 12);
  // A tiny budget has no room to warm up.
  const tiny = scheduleOf(recipeOf({ learningRate, schedule: { kind: "warmup-cosine" } }), 3);
  expect(tiny(0)).toBe(1);
});

test("adamw shrinks weights by the decay of the recipe", async () => {
  const schedule = () => 0.1;
  const [plain, decayed] = [
    await stepped(optimizerOf(recipeOf({}), schedule)),
    await stepped(
      optimizerOf(recipeOf({ optimizer: { kind: "adamw", weightDecay: 0.5 } }), schedule),
    ),
  ];
  expect(decayed - plain).toBeCloseTo(-0.1 * 0.5 * 2, 6);
});

/** Where a step takes a weight of 2 with the gradient 1. */
async function stepped(optimizer: ReturnType<typeof optimizerOf>): Promise<number> {
  const params = { weight: tensor2d([[2]]) };
  const state = optimizer.init(params);
  const update = optimizer.update(params, { weight: tensor2d([[1]]) }, state, 0);
  const [value] = (await update.params["weight"]?.data()) ?? [];
  const { first, second } = update.state;
  dispose([update.params, first, second, { a: update.norm, b: update.skipped }] as never);
  return value as number;
}
