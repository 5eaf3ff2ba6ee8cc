import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DataError, isEddyflowError, type Normalisation } from "@eddyflow/core";
import { measureNormalisation, type TrajectoryStore } from "@eddyflow/datasets";
import { type Communicator, zeroFirst } from "@eddyflow/parallel";
import { withoutLauncher } from "@eddyflow/parallel/node";
import type { DataRecipe, System } from "@eddyflow/systems";
import { commandLine, type DataPlace, openSplit } from "command-line";

const simulator = fileURLToPath(
  import.meta.url.endsWith(".ts")
    ? new URL("../../simulator/src/cli.ts", import.meta.url)
    : new URL("./simulator.js", import.meta.url),
);

/** The pairs to learn from and those to judge by. */
export interface TrainingData {
  readonly train: TrajectoryStore;
  readonly validation: TrajectoryStore;
  /** Of the training split. */
  readonly normalisation: Normalisation;
}

/**
 * Opens the training and the validation split of an experiment's data.
 *
 * @throws DataError where one is missing, cut short or of another grid than the other.
 */
async function openData(
  place: DataPlace,
  { recipe, systems }: Pick<FindDataOptions, "recipe" | "systems">,
): Promise<TrainingData> {
  const open = async (split: "train" | "validation") => {
    const store = await openSplit(place, split, recipe, { systems });
    if (store !== null) return store;
    throw new DataError({
      problem: `${typeof place === "string" ? join(place, `${split}.zarr`) : place[split]} is missing`,
      expected: "a trajectory store, or data of another format that is readable",
      remedy: "check the path, or make the data with the simulator",
    });
  };
  const train = await open("train");
  const validation = await open("validation");
  const describe = ({ description: { grid, channels, frameInterval } }: TrajectoryStore) =>
    // Intervals of other formats are differences of times.
    JSON.stringify({ grid, channels, frameInterval: Number(frameInterval.toPrecision(6)) });
  if (describe(train) !== describe(validation)) {
    const both = typeof place === "string" ? `in ${place}` : `${place.train}, ${place.validation}`;
    throw new DataError({
      problem: `the training and the validation split ${both} do not belong together`,
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
  readonly recipe: DataRecipe;
  /** Systems of one's own, one of which the recipe may name. */
  readonly systems: readonly System[];
  /** A name, or the path of a module. */
  readonly experiment: string;
  /** Texts `key.path=value`, of which those for the data count. */
  readonly overrides: readonly string[];
  /** Whether data that are missing, wholly or in part, are to be made, at the small size. */
  readonly canBeMade: boolean;
  /** Where it is aborted the simulator stops; the next time it goes on. */
  readonly signal: AbortSignal;
  /** The ranks that open them, of which rank 0 alone makes them. */
  readonly communicator: Communicator;
}

/**
 * Opens the data of an experiment; where they are missing they are made by the simulator, which shows its
 * progress, or pointed at.
 *
 * @throws DataError as `openData` does.
 */
export const findData = (place: DataPlace, options: FindDataOptions): Promise<TrainingData> =>
  zeroFirst(options.communicator, () => makeOrOpen(place, options));

async function makeOrOpen(
  place: DataPlace,
  { experiment, overrides, canBeMade, signal, ...asked }: FindDataOptions,
): Promise<TrainingData> {
  try {
    return await openData(place, asked);
  } catch (error) {
    if (!isEddyflowError(error, "DataError")) throw error;
    if (!canBeMade || asked.recipe.system === "files" || typeof place !== "string") throw error;
    const changes = overrides.filter((text) => text.startsWith("data."));
    await runSimulator([experiment, "--size", "small", "--out", place, ...changes], signal);
  }
  return await openData(place, asked);
}

async function runSimulator(words: readonly string[], signal: AbortSignal): Promise<void> {
  const child = spawn(process.execPath, [simulator, ...words], {
    stdio: "inherit",
    // It is no rank of a job that this process belongs to.
    env: withoutLauncher(),
  });
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
    remedy: `see its message above; it was called as ${commandLine("simulator", words)}`,
  });
}
