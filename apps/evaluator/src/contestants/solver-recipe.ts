import { ArgumentError, DataError } from "@eddyflow/core";
import { observeLayout, type TrajectoryStore, timestampChannel } from "@eddyflow/datasets";
import {
  allSystems,
  anyDataRecipe,
  type RecordedRecipe,
  systemOf,
  upgradeRecipe,
} from "@eddyflow/systems";
import { applyOverrides } from "command-line/overrides";
import { z } from "zod";

/** Keys of a recipe that say nothing about how the solver makes a step. */
const others =
  /^data\.(trajectories|frames|warmUp|frameStride|timestamp|history|parameters|augmentation|mach|initial)\b/u;

/** The recipe that a store was made by, or null where no solver that is known here made it. */
function storedRecipe(stored: unknown): RecordedRecipe | null {
  const upgraded = upgradeRecipe(stored);
  const name: unknown = Reflect.get(Object(upgraded), "system");
  const system = allSystems().find((candidate) => candidate.name === name);
  return system?.recipe.safeParse(upgraded).data ?? null;
}

/** The recipe, checked as far as the solver's steps need it: a new dt need not divide the warm-up. */
function checked(recipe: RecordedRecipe): RecordedRecipe {
  const { issues = [] } = systemOf(recipe).recipe.safeParse(recipe).error ?? {};
  const issue = issues.find(({ path }) => !others.test(`data.${path.join(".")}`));
  if (issue === undefined) return recipe;
  const { path, message } = issue;
  throw new ArgumentError({
    problem: `the solver cannot run with this recipe: data.${path.join(".")} ${message}`,
    expected: "a recipe that the simulator would accept",
    remedy: `correct data.${path.join(".")}`,
  });
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
  frameStride = 1,
): RecordedRecipe {
  const { grid, frameInterval, channels } = store.description;
  const stored = storedRecipe(store.description.recipe);
  if (stored === null) {
    throw new DataError({
      problem: "the solver that made these data is not known",
      expected: "data that the simulator made",
      remedy: "leave solver out of --models",
    });
  }
  const own = overrides.filter((text) => text.startsWith("data.") && !others.test(text));
  const recipe = checked(
    applyOverrides(z.strictObject({ data: anyDataRecipe() }), { data: stored }, own).data,
  );
  const seen = observeLayout(systemOf(recipe).layout(recipe), recipe.observation).grid;
  const isSame = (a: readonly number[], b: readonly number[]) => String(a) === String(b);
  const fits =
    Math.abs((recipe.frameInterval * frameStride) / frameInterval - 1) < 1e-9 &&
    isSame(grid.extent, seen.extent) &&
    isSame(grid.shape, seen.shape);
  if (!fits) {
    throw new ArgumentError({
      problem: `${own.join(" ")} describes other states than the test data hold`,
      expected: `${grid.shape.join(" × ")} points on a box of ${grid.extent.join(" × ")}, ${frameInterval} apart`,
      remedy: "leave it out, or give --data the folder that belongs to it",
    });
  }
  return { ...recipe, frameInterval, timestamp: channels.includes(timestampChannel) };
}
