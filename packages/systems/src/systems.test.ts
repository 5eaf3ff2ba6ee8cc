import { expect, test } from "vitest";
import { z } from "zod";
import { filesRecipe } from "./files.ts";
import type { System } from "./system.ts";
import { dataRecipe, requireSimulation, systemOf, systems } from "./systems.ts";

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

test.each([...all.map(({ recipe }) => recipe), filesRecipe])(
  "every key of a recipe but its system is described",
  (schema) => {
    const { properties = {} } = z.toJSONSchema(schema, { io: "input" });
    const keys = Object.keys(properties).filter((key) => key !== "system");
    expect(keys.length).toBeGreaterThan(5);
    for (const key of keys) expect(properties[key], key).toHaveProperty("description");
  },
);

test.each(all)("a wrong key in a recipe of $name is refused by name", ({ name, recipe }) => {
  const { error } = recipe.safeParse({ system: name, numPonts: 8 });
  expect(error?.issues).toMatchObject([{ code: "unrecognized_keys", keys: ["numPonts"] }]);
});

test("a name that no system has is refused", () => {
  expect(() => systemOf({ system: "burgers-1d" })).toThrow(
    'there is no system "burgers-1d"; expected one of kuramoto-sivashinsky-2d, compressible',
  );
});

test("files are data, but nothing to simulate", () => {
  const files = dataRecipe.parse({ system: "files", path: "x" });
  expect(files).toMatchObject({ frameStride: 1, timestamp: false, history: 1 });
  expect(() => requireSimulation(files)).toThrow(/the trainer reads the files as they are/u);
});

test("an augmentation is one of flips, rotations and shifts", () => {
  const [{ recipe }] = systems;
  const parse = (augmentation: unknown) =>
    recipe.safeParse({ system: "kuramoto-sivashinsky-2d", augmentation }).success;
  expect(parse({ flip: [0, 1], rotate: [[0, 1]], shift: [0, 1] })).toBe(true);
  expect(parse({ mirror: [0] })).toBe(false);
  expect(parse({ rotate: [[0]] })).toBe(false);
});
