import { expect, test } from "vitest";
import { kuramotoSivashinsky2d } from "./kuramoto-sivashinsky-2d.ts";
import { upgradeRecipe } from "./upgrade-recipe.ts";

const old = {
  system: "kuramoto-sivashinsky-2d",
  operator: "biharmonic",
  domainExtent: 60,
  numPoints: 64,
  dt: 0.1,
  warmUp: 50,
  frameInterval: 0.5,
  frames: 21,
  observation: { stride: 2 },
};

test("an old recipe gets the names of today, and is left as it was", () => {
  const before = structuredClone(old);
  const upgraded = upgradeRecipe(old);
  expect(old).toEqual(before);
  const { domainExtent, ...rest } = old;
  expect(upgraded).toEqual({ ...rest, extent: 60, observation: { pointStride: 2 } });
  expect(kuramotoSivashinsky2d.recipe.parse(upgraded)).toMatchObject({ extent: 60, frames: 21 });
});

test("steps of an observation are renamed each", () => {
  const observation = [
    { kind: "fields", channels: ["vx"] },
    { kind: "stride", stride: [2, 1] },
  ];
  expect(upgradeRecipe({ observation })).toEqual({
    observation: [observation[0], { kind: "stride", pointStride: [2, 1] }],
  });
});

test("a recipe of today, and anything else, is returned as it is", () => {
  const recipe = kuramotoSivashinsky2d.recipe.parse({ system: "kuramoto-sivashinsky-2d" });
  for (const value of [recipe, null, "files", 3, [], { system: "x" }]) {
    expect(upgradeRecipe(value)).toEqual(value);
  }
  expect(upgradeRecipe(upgradeRecipe(old))).toEqual(upgradeRecipe(old));
});
