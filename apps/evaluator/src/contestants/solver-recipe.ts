import { ArgumentError, DataError } from "@eddyflow/core";
import { observeLayout, type TrajectoryStore, timestampChannel } from "@eddyflow/datasets";
import {
  dataRecipeWith,
  type RecordedRecipe,
  type System,
  systemOf,
  systems,
  upgradeRecipe,
} from "@eddyflow/systems";
import { applyOverrides } from "command-line/overrides";
import { z } from "zod";

/** Keys of a recipe that say nothing about how the solver makes a step. */
const others =
  /^data\.(trajectories|frames|warmUp|frameStride|timestamp|history|parameters|augmentation|mach|initial)\b/u;

/** The recipe that a store was made by, or null where no solver that is known here made it. */
function storedRecipe(stored: unknown, own: readonly System[]): RecordedRecipe | null {
  const upgraded = upgradeRecipe(stored);
  const name: unknown = Reflect.get(Object(upgraded), "system");
  const all: readonly System[] = [...systems, ...own];
  const system = all.find((candidate) => candidate.name === name);
  return system?.recipe.safeParse(upgraded).data ?? null;
}

/** The recipe, checked as far as the solver's steps need it: a new dt need not divide the warm-up. */
function checked(recipe: RecordedRecipe, own: readonly System[]): RecordedRecipe {
  const { issues = [] } = systemOf(recipe, own).recipe.safeParse(recipe).error ?? {};
  const issue = issues.find(({ path }) => !others.test(`data.${path.join(".")}`));
  if (issue === undefined) return recipe;
  const { path, message } = issue;
  throw new ArgumentError({
    problem: `the solver cannot run with this recipe: data.${path.join(".")} ${message}`,
    expected: "a recipe that the simulator would accept",
    remedy: `correct data.${path.join(".")}`,
  });
}

export interface SolverRecipeOptions {
  /** The solver's step is as long as this many recorded frames; 1 unless given. */
  readonly frameStride?: number;
  /** Systems of one's own; none unless given. */
  readonly systems?: readonly System[];
}

/**
 * The recipe that a store was made by, with `data.key=value` texts applied to it, e.g. a larger dt. Its frameInterval is
 * that of the store, which holds every `frameStride`-th frame of the simulation.
 *
 * @throws DataError where the store was not made by a solver that is known here.
 * @throws ArgumentError where the texts leave a recipe that cannot be run, or one of other states than the stored ones.
 */
export function solverRecipe(
  store: TrajectoryStore,
  overrides: readonly string[],
  { frameStride = 1, systems: own = [] }: SolverRecipeOptions = {},
): RecordedRecipe {
  const { grid, frameInterval, channels } = store.description;
  const stored = storedRecipe(store.description.recipe, own);
  if (stored === null) {
    throw new DataError({
      problem: "the solver that made these data is not known",
      expected: "data that the simulator made",
      remedy: "leave solver out of --models",
    });
  }
  const texts = overrides.filter((text) => text.startsWith("data.") && !others.test(text));
  const recipe = checked(
    applyOverrides(z.strictObject({ data: dataRecipeWith(own) }), { data: stored }, texts).data,
    own,
  );
  const seen = observeLayout(systemOf(recipe, own).layout(recipe), recipe.observation).grid;
  const isSame = (a: readonly number[], b: readonly number[]) => String(a) === String(b);
  const fits =
    Math.abs((recipe.frameInterval * frameStride) / frameInterval - 1) < 1e-9 &&
    isSame(grid.extent, seen.extent) &&
    isSame(grid.shape, seen.shape);
  if (!fits) {
    throw new ArgumentError({
      problem: `${texts.join(" ")} describes other states than the test data hold`,
      expected: `${grid.shape.join(" × ")} points on a box of ${grid.extent.join(" × ")}, ${frameInterval} apart`,
      remedy: "leave it out, or give --data the folder that belongs to it",
    });
  }
  return { ...recipe, frameInterval, timestamp: channels.includes(timestampChannel) };
}
