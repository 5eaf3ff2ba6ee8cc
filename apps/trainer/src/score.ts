import type { Batch, Normalisation, ParamSets } from "@eddyflow/core";
import { numPairs, readPairs, type TrajectoryStore } from "@eddyflow/datasets";
import { distillationError } from "@eddyflow/metrics";
import { keyFor, normalTensor } from "@eddyflow/random";
import { dispose, type Tensor } from "@tensorflow/tfjs-core";
import type { Learner } from "./learner.ts";

/** What checkpoints of a run are compared by; smaller is better. */
export interface Score {
  readonly name: "validationLoss" | "distillationError";
  /** The score of weights. */
  of(params: ParamSets[string]): Promise<number>;
  dispose(): void;
}

export interface ScoreOptions {
  readonly seed: number;
  readonly pairs: number;
  readonly batchSize: number;
  readonly normalisation: Normalisation;
}

/**
 * The score of a model on held-out pairs, spread evenly over the store and the same each time, as is the
 * noise: the loss for a velocity; for a student, whose own loss may fall while it drifts from its teacher,
 * the VRMSE between its end points and the teacher's from the same noise.
 */
