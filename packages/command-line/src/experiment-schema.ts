import * as parts from "@eddyflow/methods/recipe-parts";
import { dataRecipeWith } from "@eddyflow/systems";
import { z } from "zod";
import { everyMethod, type OwnValues } from "./own-values.ts";

/** What a resolved experiment is, with the recipes of some methods, or of all. */
export function configSchema(own: OwnValues, names?: readonly string[]) {
  const recipes = everyMethod(own)
    .filter(({ name }) => names === undefined || names.includes(name))
    .map((method) => {
      // A recipe's every key has a default.
      const recipe = method.recipe(parts).prefault({} as never);
      return [method.name, recipe.describe(method.about)] as const;
    });
  return z.strictObject({
    // Names a folder.
    name: z
      .string()
      .regex(/^[a-z0-9][a-z0-9_-]*$/u, 'may hold only a-z, 0-9, "-" and "_"')
      .describe("names the folders of data and runs"),
    seed: z.int().nonnegative().default(0).describe("of everything drawn at random"),
    data: dataRecipeWith(own.systems),
    network: parts.network,
    models: z
      .strictObject(Object.fromEntries(recipes))
      .prefault({})
      .describe("the methods' recipes"),
    module: z
      .strictObject({ path: z.string(), sha256: z.string() })
      .exactOptional()
      .describe("the module that brings what is one's own, and its SHA-256"),
  });
}

/** The methods whose recipes have a key; all methods for one that no recipe has, so that it is refused. */
export function methodsWith(key: string, own: OwnValues): readonly string[] {
  const all = everyMethod(own);
  const having = all.filter((method) => {
    const schema = method.recipe(parts);
    return !(schema instanceof z.ZodObject) || Object.hasOwn(schema.shape, key);
  });
  return (having.length === 0 ? all : having).map(({ name }) => name);
}
