import { ArgumentError } from "@eddyflow/core";
import { z } from "zod";
import { compressibleNavierStokes2d } from "./compressible-navier-stokes-2d.ts";
import { filesRecipe } from "./files.ts";
import type { Immutable } from "./immutable.ts";
import { kolmogorov2d } from "./kolmogorov-2d.ts";
import { kuramotoSivashinsky2d } from "./kuramoto-sivashinsky-2d.ts";
import { rayleighTaylor3d } from "./rayleigh-taylor-3d.ts";
import type { System } from "./system.ts";

/** Every system that comes with the project. A new one is one more line here. */
export const systems = [
  kuramotoSivashinsky2d,
  compressibleNavierStokes2d,
  rayleighTaylor3d,
  kolmogorov2d,
] as const;

/** The schema of where data come from: the recipe of any system, or of files. */
export const dataRecipe = z.discriminatedUnion("system", [
  filesRecipe,
  ...systems.map(({ recipe }) => recipe),
]);

/** The same with systems of one's own besides. */
export function dataRecipeWith(own: readonly System[]): typeof dataRecipe {
  if (own.length === 0) return dataRecipe;
  const recipes = own.map(({ recipe }) => recipe as never);
  return z.discriminatedUnion("system", [...dataRecipe.options, ...recipes]) as never;
}

/** Where the data of an experiment come from, complete. */
export type DataRecipe = Immutable<z.output<typeof dataRecipe>>;
/** The same as a person writes it: what has a default may be left out. */
export type DataInput = Immutable<z.input<typeof dataRecipe>>;

/** The recipe of one of the systems, complete. */
export type SimulationRecipe = Immutable<z.output<(typeof systems)[number]["recipe"]>>;

/**
 * The system that a recipe names.
 *
 * @param own - systems of one's own besides those of the project; none unless given.
 * @throws ArgumentError where no system has this name.
 */
export function systemOf(
  { system: name }: { readonly system: string },
  own: readonly System[] = [],
): System {
  const all: readonly System[] = [...systems, ...own];
  const found = all.find((system) => system.name === name);
  if (found !== undefined) return found;
  throw new ArgumentError({
    problem: `there is no system "${name}"`,
    expected: `one of ${all.map((system) => system.name).join(", ")}`,
    remedy: "correct data.system",
  });
}

/**
 * The recipe, where it is that of a simulation.
 *
 * @throws ArgumentError for files.
 */
export function requireSimulation(recipe: DataRecipe): SimulationRecipe {
  if (recipe.system !== "files") return recipe;
  throw new ArgumentError({
    problem: "the data of this experiment are files, so there is nothing to simulate",
    expected: "an experiment whose data.system is a solver",
    remedy: "train on it directly: the trainer reads the files as they are",
  });
}
