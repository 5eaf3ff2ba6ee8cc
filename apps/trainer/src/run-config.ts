import { relative, resolve } from "node:path";
import type { Precision } from "@eddyflow/core";
import type { ExperimentConfig, Size } from "@eddyflow/experiments";
import { type DataRecipe, upgradeRecipe } from "@eddyflow/systems";
import { type DataPlace, mapPlace } from "command-line";
import type { ModelName } from "./command-spec.ts";

/** A checkpoint to learn from. */
export interface TaughtBy {
  /** Its folder; relative to the run's folder where this is stored. */
  readonly checkpoint: string;
  /** Hash of the weights that are learnt from. */
  readonly sha256: string;
}

/** What every kind of run was asked to do, resolved. */
export interface CommonConfig {
  /** When it was begun, in ISO 8601. */
  readonly created: string;
  readonly size: Size;
  readonly experiment: ExperimentConfig;
  /** What the student computes in while it is trained. */
  readonly precision: Precision;
  /** Where the data lie; relative to the run's folder where it is stored. */
  readonly data: DataPlace;
  readonly teacher: TaughtBy | null;
}

/** What the run of a model was asked to do: `config.json` of its folder, and in each of its checkpoints. */
export interface RunConfig extends CommonConfig {
  readonly model: ModelName;
}

/** The same checkpoint with its path relative to a folder. */
export const taughtFrom = (folder: string, taught: TaughtBy): TaughtBy => ({
  ...taught,
  checkpoint: relative(folder, taught.checkpoint),
});

/** A configuration as it is stored with a run, so that runs and data can be moved together. */
export function storedConfig<Config extends CommonConfig>(config: Config, path: string): Config {
  const { data, teacher } = config;
  return {
    ...config,
    data: mapPlace(data, (from) => relative(path, from)),
    teacher: teacher && taughtFrom(path, teacher),
  };
}

/** The configuration that was stored with a run, with absolute paths. */
export function usedConfig<Config extends CommonConfig>(config: Config, path: string): Config {
  const { data, teacher, experiment } = config;
  return {
    ...config,
    experiment: { ...experiment, data: upgradeRecipe(experiment.data) as DataRecipe },
    // Runs of before there was a choice do not say it.
    precision: config.precision ?? "float32",
    data: mapPlace(data, (from) => resolve(path, from)),
    teacher: teacher && { ...teacher, checkpoint: resolve(path, teacher.checkpoint) },
  };
}
