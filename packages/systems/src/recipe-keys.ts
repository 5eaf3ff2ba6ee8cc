import { z } from "zod";
import type { System } from "./system.ts";

/** One key of a recipe. */
export interface RecipeKey {
  readonly name: string;
  /** What it does, with its unit. */
  readonly about: string;
  /** The value that it has where nothing else is given. */
  readonly value: unknown;
}

/** The keys that the recipe of a system has besides `system`, as its schema describes them. */
export function recipeKeys({ recipe }: System): readonly RecipeKey[] {
  const { properties = {} } = z.toJSONSchema(recipe, { io: "input" });
  return Object.entries(properties).flatMap(([name, property]) =>
    name === "system" || typeof property === "boolean"
      ? []
      : [{ name, about: property.description ?? "", value: property.default }],
  );
}
