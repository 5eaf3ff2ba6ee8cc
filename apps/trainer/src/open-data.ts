import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError, isEddyflowError, type Normalisation } from "@eddyflow/core";
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

/**
 * Opens `train.zarr` and `validation.zarr` of a folder.
 *
 * @throws DataError where one is missing, cut short or of another grid than the other.
 */
async function openData(folder: string): Promise<TrainingData> {
  const train = await openTrajectoryStore(join(folder, "train.zarr"));
  const validation = await openTrajectoryStore(join(folder, "validation.zarr"));
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

export interface FindDataOptions {
  /** A name, or the path of a module. */
  readonly experiment: string;
  /** Texts `key.path=value`, of which those for the data count. */
  readonly overrides: readonly string[];
  /** Whether data that are missing, wholly or in part, are to be made, at the small size. */
  readonly canBeMade: boolean;
  /** Where it is aborted the simulator stops; the next time it goes on. */
  readonly signal: AbortSignal;
}

/**
 * Opens the data in a folder; where they are missing they are made by the simulator, which shows its
 * progress, or pointed at.
 *
 * @throws DataError as `openData` does.
 */
export async function findData(
  folder: string,
  { experiment, overrides, canBeMade, signal }: FindDataOptions,
): Promise<TrainingData> {
  try {
    return await openData(folder);
  } catch (error) {
    if (!isEddyflowError(error, "DataError")) throw error;
    if (!canBeMade) throw error;
  }
  const recipe = overrides.filter((text) => text.startsWith("data."));
  await runSimulator([experiment, "--size", "small", "--out", folder, ...recipe], signal);
  return await openData(folder);
}

async function runSimulator(words: readonly string[], signal: AbortSignal): Promise<void> {
  const simulator = fileURLToPath(new URL("../../simulator/src/cli.ts", import.meta.url));
  const child = spawn(process.execPath, [simulator, ...words], { stdio: "inherit" });
  const stop = () => child.kill("SIGINT");
  signal.addEventListener("abort", stop);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  }).finally(() => signal.removeEventListener("abort", stop));
  signal.throwIfAborted();
  if (code === 0) return;
  throw new DataError({
    problem: "the data could not be made",
    expected: "the simulator to end well",
    remedy: `see its message above; it was called as simulator ${words.join(" ")}`,
  });
}
