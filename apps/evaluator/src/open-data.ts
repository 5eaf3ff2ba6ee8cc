import { join } from "node:path";
import { DataError } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import type { DataRecipe } from "@eddyflow/experiments";
import { type DataPlace, openSplit } from "command-line";

/** The held-out data, and the training data where they are there. */
export interface EvaluationData {
  readonly test: TrajectoryStore;
  readonly train: TrajectoryStore | null;
}

/**
 * Opens the test split of an experiment's data and, where it exists, the training split, as far apart in time as
 * the states of a pair are.
 *
 * @param experiment - as typed, for the advice.
 * @throws DataError where the test data are missing, a store is cut short, or the two do not belong together.
 */
export async function openData(
  place: DataPlace,
  recipe: DataRecipe,
  experiment: string,
): Promise<EvaluationData> {
  const options = { timeStride: recipe.frameStride ?? 1 };
  const test = await openSplit(place, "test", recipe, options);
  if (test === null) {
    throw new DataError({
      problem: `there is no test data at ${typeof place === "string" ? join(place, "test.zarr") : place.test}`,
      expected: "held-out trajectories",
      remedy:
        recipe.system === "files"
          ? "correct data.path, or give --data the folder that has them"
          : `run: simulator ${experiment} --split test, or give --data the folder that has them`,
    });
  }
  const train = await openSplit(place, "train", recipe, options);
  const describe = ({ description: { grid, channels, frameInterval } }: TrajectoryStore) =>
    // Intervals of other formats are differences of times.
    JSON.stringify({ grid, channels, frameInterval: Number(frameInterval.toPrecision(6)) });
  if (train !== null && describe(train) !== describe(test)) {
    throw new DataError({
      problem: `the training and the test split ${typeof place === "string" ? `in ${place}` : `${place.train}, ${place.test}`} do not belong together`,
      expected: `${describe(test)} in both`,
      remedy: "make one of them again, with the other's recipe",
    });
  }
  return { test, train };
}
