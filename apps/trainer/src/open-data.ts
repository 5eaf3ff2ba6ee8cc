import { spawn } from "node:child_process";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError, type Normalisation } from "@eddyflow/core";
import {
  measureNormalisation,
  openTrajectoryStore,
  type TrajectoryStore,
} from "@eddyflow/datasets";

/** The pairs to learn from and those to judge by. */
export interface TrainingData {
  readonly train: TrajectoryStore;
  readonly validation: TrajectoryStore;
  /** Of the training split. */
  readonly normalisation: Normalisation;
}

const splits = ["train", "validation"] as const;

const storeOf = (folder: string, split: string): string => join(folder, `${split}.zarr`);

/** Which of the two stores a folder lacks. */
export async function missingSplits(folder: string): Promise<readonly string[]> {
  const found = await Promise.all(
    splits.map((split) =>
      stat(storeOf(folder, split)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return splits.filter((_, i) => !found[i]);
}

/**
 * Opens `train.zarr` and `validation.zarr` of a folder.
 *
 * @throws DataError where one is missing, cut short or of another grid than the other.
 */
export async function openData(folder: string): Promise<TrainingData> {
  const [train, validation] = await Promise.all([
    openTrajectoryStore(storeOf(folder, "train")),
    openTrajectoryStore(storeOf(folder, "validation")),
  ]);
  const describe = ({ description: { grid, channels, frameInterval } }: TrajectoryStore) =>
    JSON.stringify({ grid, channels, frameInterval });
  if (describe(train) !== describe(validation)) {
    throw new DataError({
      problem: `train.zarr and validation.zarr in ${folder} do not belong together`,
      expected: `${describe(train)} in both`,
      remedy: "make one of them again, with the other's recipe",
    });
  }
  return {
    train,
    validation,
    normalisation: train.normalisation ?? (await measureNormalisation(train)),
  };
}

export interface SimulateOptions {
  /** A name, or the path of a module. */
  readonly experiment: string;
  /** Texts `key.path=value`, of which those for the data count. */
  readonly overrides: readonly string[];
  /** Where it is aborted the simulator stops, to be resumed. */
  readonly signal: AbortSignal;
}

/** Makes stores of an experiment at its small size with the simulator, which shows its progress. */
export async function simulate(
  folder: string,
  missing: readonly string[],
  { experiment, overrides, signal }: SimulateOptions,
): Promise<void> {
  const simulator = fileURLToPath(import.meta.resolve("../../simulator/src/cli.ts"));
  const recipe = overrides.filter((text) => text.startsWith("data."));
  for (const split of missing) {
    const words = [experiment, "--size", "small", "--split", split, "--out", folder, ...recipe];
    const child = spawn(process.execPath, [simulator, ...words], { stdio: "inherit" });
    const stop = () => child.kill("SIGINT");
    signal.addEventListener("abort", stop);
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    }).finally(() => signal.removeEventListener("abort", stop));
    signal.throwIfAborted();
    if (code !== 0) {
      throw new DataError({
        problem: `${storeOf(folder, split)} could not be made`,
        expected: "the simulator to end well",
        remedy: `see its message above; the command was: simulator ${words.join(" ")}`,
      });
    }
  }
}
