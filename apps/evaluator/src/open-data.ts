import { join } from "node:path";
import { DataError } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import type { DataRecipe, System } from "@eddyflow/systems";
import { commandLine, type DataPlace, openSplit } from "command-line";

/** The held-out data, and the training data where there are any. */
export interface EvaluationData {
  readonly test: TrajectoryStore;
  readonly train: TrajectoryStore | null;
}

/**
 * Opens the test split of an experiment's data and, where it exists, the training split. Both are read at the frame
 * stride of the experiment.
 *
 * @param experiment - as typed, for the remedy.
 * @param systems - of one's own.
 * @throws DataError where the test data are missing, a store is cut short, or the two splits do not match.
 */
export async function openData(
  place: DataPlace,
  recipe: DataRecipe,
  experiment: string,
  systems: readonly System[],
): Promise<EvaluationData> {
  const options = { timeStride: recipe.frameStride ?? 1, systems };
  const test = await openSplit(place, "test", recipe, options);
  if (test === null) {
    throw new DataError({
      problem: `there are no test data at ${typeof place === "string" ? join(place, "test.zarr") : place.test}`,
      expected: "held-out trajectories",
      remedy:
        recipe.system === "files"
          ? "correct data.path, or give --data the folder that holds them"
          : `run: ${commandLine("simulator", [experiment, "--split", "test"])}, or give --data the folder that holds them`,
    });
  }
  const train = await openSplit(place, "train", recipe, options);
  const describe = ({ description: { grid, channels, frameInterval } }: TrajectoryStore) =>
    // Other formats store times, whose differences are not exact.
    JSON.stringify({ grid, channels, frameInterval: Number(frameInterval.toPrecision(6)) });
  if (train !== null && describe(train) !== describe(test)) {
    throw new DataError({
      problem: `the training and the test data ${typeof place === "string" ? `in ${place}` : `${place.train}, ${place.test}`} do not match`,
      expected: `${describe(test)} in both`,
      remedy: "make one of them again with the simulator, from the same experiment",
    });
  }
  return { test, train };
}
