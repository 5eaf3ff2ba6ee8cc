import type { Batch } from "@eddyflow/core";
import type { Tensor, Tensor1D } from "@tensorflow/tfjs-core";

/** Pairs of points of a teacher's paths, in place of pairs of the data. `next` is the later state, x̂_j. */
export interface PathBatch extends Batch {
  /** The earlier state x̂_i, of the shape of `next`. */
  readonly start: Tensor;
  /** Its flow time t_i, `[batch]`. */
  readonly t: Tensor1D;
  /** The flow time t_j of `next`, `[batch]`. */
  readonly end: Tensor1D;
}

/** Whether a batch holds points of paths that were made before. */
export const isPathBatch = (batch: Batch | PathBatch): batch is PathBatch => "start" in batch;
