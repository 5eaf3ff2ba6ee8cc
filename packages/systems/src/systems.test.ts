import { expect, test } from "vitest";
import { z } from "zod";
import { filesRecipe } from "./files.ts";
import { kuramotoSivashinsky2d } from "./kuramoto-sivashinsky-2d.ts";
import { recipeKeys } from "./recipe-keys.ts";
import { recorded } from "./recorded.ts";
import type { System } from "./system.ts";
import { dataRecipe, dataRecipeWith, requireSimulation, systemOf, systems } from "./systems.ts";

const all: readonly System[] = systems;

test.each(all)("$name needs no key but its name, and can be prepared", (system) => {
  const recipe = system.recipe.parse({ system: system.name });
  expect(systemOf(recipe)).toBe(system);
  expect(dataRecipe.parse({ system: system.name })).toEqual(recipe);
  expect(JSON.parse(JSON.stringify(recipe))).toEqual(recipe);
  const { grid, channels, vectors = [] } = system.layout(recipe);
  expect(grid.extent).toHaveLength(grid.shape.length);
  expect(grid.boundary).toHaveLength(grid.shape.length);
  for (const vector of vectors)
    expect(channels).toEqual(expect.arrayContaining([...vector.channels]));
  expect(recipe).toMatchObject({ history: 1, parameters: [], augmentation: {} });
});

test.each(all)("every key of $name but its system is described and has a default", (system) => {
  const keys = recipeKeys(system);
  const { system: _, ...recipe } = system.recipe.parse({ system: system.name });
  expect(Object.fromEntries(keys.map(({ name, value }) => [name, value]))).toEqual(recipe);
  for (const { about } of keys) expect(about).toMatch(/\w{3}/u);
});

test("every key of the recipe of files but its system is described", () => {
  const { properties = {} } = z.toJSONSchema(filesRecipe, { io: "input" });
  const { system: _, ...others } = properties;
  for (const property of Object.values(others)) expect(property).toHaveProperty("description");
});

test.each(all)("a wrong key in a recipe of $name is refused by name", ({ name, recipe }) => {
  const { error } = recipe.safeParse({ system: name, numPonts: 8 });
  expect(error?.issues).toMatchObject([{ code: "unrecognized_keys", keys: ["numPonts"] }]);
});

test("a name that no system has is refused", () => {
  expect(() => systemOf({ system: "burgers-1d" })).toThrow(
    `there is no system "burgers-1d"; expected one of ${all.map(({ name }) => name).join(", ")}`,
  );
});

test("a system of one's own is found where it is given, beside another of its name", () => {
  const own = (points: number): System => {
    const recipe = z.strictObject({
      system: z.literal("waves"),
      numPoints: z.int().default(points),
      ...recorded({
        ...{ frameInterval: 1, frames: 2, pointStride: 1 },
        trajectories: { train: 1, validation: 1, test: 1 },
      }),
    });
    return { ...(kuramotoSivashinsky2d as System), name: "waves", recipe };
  };
  for (const [system, numPoints] of [
    [own(8), 8],
    [own(16), 16],
  ] as const) {
    const recipe = dataRecipeWith([system]).parse({ system: "waves" });
    expect(recipe).toMatchObject({ numPoints });
    expect(systemOf(recipe, [system])).toBe(system);
  }
  expect(dataRecipe.safeParse({ system: "waves" }).success).toBe(false);
  expect(() => systemOf({ system: "waves" })).toThrow('there is no system "waves"');
});

test("files are data, but nothing to simulate", () => {
  const files = dataRecipe.parse({ system: "files", path: "x" });
  expect(files).toMatchObject({ frameStride: 1, timestamp: false, history: 1 });
  expect(() => requireSimulation(files)).toThrow(/the trainer reads the files as they are/u);
});

test("an augmentation is one of flips, rotations and shifts", () => {
  const { recipe } = kuramotoSivashinsky2d;
  const parse = (augmentation: unknown) =>
    recipe.safeParse({ system: "kuramoto-sivashinsky-2d", augmentation }).success;
  expect(parse({ flip: [0, 1], rotate: [[0, 1]], shift: [0, 1] })).toBe(true);
  expect(parse({ mirror: [0] })).toBe(false);
  expect(parse({ rotate: [[0]] })).toBe(false);
});
