import { stat } from "node:fs/promises";
import { join } from "node:path";
import { DataError } from "@eddyflow/core";
import { openTrajectoryStore, type TrajectoryStore } from "@eddyflow/datasets";

/** The held-out data, and the training data where they are there. */
export interface EvaluationData {
  readonly test: TrajectoryStore;
  readonly train: TrajectoryStore | null;
}

/**
 * Opens `test.zarr` and, where it exists, `train.zarr` of a folder.
 *
 * @param experiment - as typed, for the advice.
 * @throws DataError where the test data are missing, a store is cut short, or the two do not belong together.
 */
export async function openData(folder: string, experiment: string): Promise<EvaluationData> {
  const at = (split: string) => join(folder, `${split}.zarr`);
  const exists = (path: string) =>
    stat(path).then(
      () => true,
      () => false,
    );
  if (!(await exists(at("test")))) {
    throw new DataError({
      problem: `there is no test data at ${at("test")}`,
      expected: "held-out trajectories",
      remedy: `run: simulator ${experiment} --split test, or give --data the folder that has them`,
    });
  }
  const test = await openTrajectoryStore(at("test"));
  const train = (await exists(at("train"))) ? await openTrajectoryStore(at("train")) : null;
  const describe = ({ description: { grid, channels, frameInterval } }: TrajectoryStore) =>
    JSON.stringify({ grid, channels, frameInterval });
  if (train !== null && describe(train) !== describe(test)) {
    throw new DataError({
      problem: `train.zarr and test.zarr in ${folder} do not belong together`,
      expected: `${describe(test)} in both`,
      remedy: "make one of them again, with the other's recipe",
    });
  }
  return { test, train };
}
