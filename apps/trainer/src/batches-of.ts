import type { Batch } from "@eddyflow/core";
import {
  type Augmentation,
  type TrainingBatchesOptions,
  type TrajectoryStore,
  trainingBatches,
} from "@eddyflow/datasets";
import type { BatchSource, Learner } from "@eddyflow/methods";
import { rowsOfRank } from "@eddyflow/parallel";
import { type ProgressBar, progressBar } from "command-line";

/** Batches of pairs of the data, moved by the symmetries of the augmentation where it has any. */
export const pairBatches = (
  store: TrajectoryStore,
  { augmentation, ...options }: TrainingBatchesOptions & { readonly augmentation: Augmentation },
): AsyncIterable<Batch> =>
  trainingBatches(store, {
    ...options,
    ...(Object.keys(augmentation).length > 0 && { augmentation }),
  });

export interface BatchOptions extends Omit<BatchSource, "report"> {
  /** Of pairs of the data; what a learner makes itself is moved as it knows best. */
  readonly augmentation: Augmentation;
  readonly batchSize: number;
  readonly seed: number;
  /** Aborts the signal when the time is over. */
  readonly checkTime: () => void;
}

/**
 * The batches from a step on: those that a learner makes itself, with a bar for what comes before them, or pairs of the
 * data. Null where the signal came before the first one.
 */
export async function batchesOf(
  { batches }: Learner,
  { augmentation, batchSize, seed, checkTime, ...source }: BatchOptions,
): Promise<AsyncIterable<Batch> | null> {
  if (batches === undefined) {
    const { data, which, firstStep, communicator } = source;
    const rows = communicator && rowsOfRank(communicator, batchSize);
    return pairBatches(data, { ...which, augmentation, batchSize, seed, firstStep, rows });
  }
  let bar: ProgressBar | undefined;
  const report = (done: number, total: number) => {
    bar ??= progressBar("making paths", total, { unit: "paths", done });
    bar.update(done);
    checkTime();
  };
  const opened = await batches.open({ ...source, report });
  bar?.finish();
  return opened;
}
