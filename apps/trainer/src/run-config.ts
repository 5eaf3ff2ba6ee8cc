import { relative, resolve } from "node:path";
import { CheckpointError, type Precision } from "@eddyflow/core";
import type { ExperimentConfig, Size } from "@eddyflow/experiments";
import type { MethodName, Recipes, TrainingRecipe } from "@eddyflow/methods";
import { changeConfig, type DataPlace, mapPlace, type OwnValues } from "command-line";
import { checkConfig } from "./check-config.ts";
import { upgradeConfig } from "./upgrade-config.ts";

/** A checkpoint to learn from. */
export interface TaughtBy {
  /** Its folder; relative to the run's folder where this is stored. */
  readonly checkpoint: string;
  /** Hash of the weights that are learnt from. */
  readonly sha256: string;
}

/** What every kind of run was asked to do, resolved. */
export interface CommonConfig {
  readonly version: 2;
  /** When it was begun, in ISO 8601. */
  readonly created: string;
  readonly size: Size;
  /** With the recipe of the run's own method. */
  readonly experiment: ExperimentConfig;
  /** What the student computes in while it is trained. */
  readonly precision: Precision;
  /** Where the data lie; relative to the run's folder where it is stored. */
  readonly data: DataPlace;
  readonly teacher: TaughtBy | null;
  /** What it began with; absent where that was the method's own start. */
  readonly start?: TaughtBy;
}

/** What a run of a method was asked to do: `config.json` of its folder, and in each of its checkpoints. */
export interface RunConfig extends CommonConfig {
  readonly method: string;
}

/** The recipe of a method; of one that is not known by its name what all have in common. */
type RecipeOf<Name extends string> = Name extends MethodName ? Recipes[Name] : TrainingRecipe;

/** The experiment with the recipe of one method only. */
export const onlyMethod = (experiment: ExperimentConfig, method: string): ExperimentConfig => ({
  ...experiment,
  models: { [method]: recipeOf(experiment, method) },
});

/**
 * The recipe of a method in an experiment.
 *
 * @throws CheckpointError where there is none, as in the configuration of another method's run.
 */
export function recipeOf<Name extends string>(
  { models }: ExperimentConfig,
  method: Name,
): RecipeOf<Name> {
  const recipe = (models as Readonly<Record<string, RecipeOf<Name> | undefined>>)[method];
  if (recipe !== undefined) return recipe;
  throw new CheckpointError({
    problem: `the configuration has no recipe for ${method}`,
    expected: `models.${method}`,
    remedy: "begin another run with --new",
  });
}

/** The same run with another budget in steps. */
export const withIterations = (config: RunConfig, iterations: number): RunConfig => {
  const { experiment, method } = config;
  const models = { [method]: { ...recipeOf(experiment, method), iterations } };
  return { ...config, experiment: { ...experiment, models } };
};

/** The same checkpoint with its path relative to a folder. */
export const taughtFrom = (folder: string, taught: TaughtBy): TaughtBy => ({
  ...taught,
  checkpoint: relative(folder, taught.checkpoint),
});

/** A configuration as it is stored with a run, so that runs and data can be moved together. */
export function storedConfig<Config extends CommonConfig>(config: Config, path: string): Config {
  const { data, teacher, start, experiment } = config;
  return {
    ...config,
    experiment: withModule(experiment, (module) => relative(path, module)),
    data: mapPlace(data, (from) => relative(path, from)),
    teacher: teacher && taughtFrom(path, teacher),
    ...(start && { start: taughtFrom(path, start) }),
  };
}

/**
 * The configuration that was stored with a run, of this or an earlier version, with absolute paths.
 *
 * @param own - what the experiment's module brings.
 * @throws CheckpointError for a key of the run, ArgumentError for one of its experiment, that does not fit.
 */
export async function usedConfig<Config extends CommonConfig>(
  stored: object,
  path: string,
  own: OwnValues,
): Promise<Config> {
  const upgraded = upgradeConfig(stored);
  checkConfig(upgraded, path);
  const config = upgraded as Config;
  const { data, teacher, start } = config;
  return {
    ...config,
    experiment: withModule(await changeConfig(config.experiment, [], own), (module) =>
      resolve(path, module),
    ),
    data: mapPlace(data, (from) => resolve(path, from)),
    teacher: teacher && { ...teacher, checkpoint: resolve(path, teacher.checkpoint) },
    ...(start && { start: { ...start, checkpoint: resolve(path, start.checkpoint) } }),
  };
}

/** The experiment with the path of its module changed, where it has one. */
function withModule(
  { module, ...experiment }: ExperimentConfig,
  change: (path: string) => string,
): ExperimentConfig {
  if (module === undefined) return experiment;
  return { ...experiment, module: { ...module, path: change(module.path) } };
}
