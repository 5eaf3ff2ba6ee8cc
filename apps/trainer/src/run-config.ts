import type { ExperimentConfig, Size } from "@eddyflow/experiments";
import type { ModelName } from "./command-spec.ts";

/** What a run was asked to do, resolved: `config.json` of its folder, and in each of its checkpoints. */
export interface RunConfig {
  /** When the run was started, in ISO 8601. */
  readonly created: string;
  readonly model: ModelName;
  readonly size: Size;
  readonly experiment: ExperimentConfig;
  /** Folder with train.zarr and validation.zarr; relative to the run's folder where it is stored. */
  readonly data: string;
  readonly teacher: {
    /** Folder of the checkpoint; relative to the run's folder where it is stored. */
    readonly checkpoint: string;
    /** Hash of the weights that were learnt from. */
    readonly sha256: string;
  } | null;
}
