import { ArgumentError } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { userPath } from "command-line";
import { climatology } from "./climatology.ts";
import type { Contestant } from "./contestant.ts";
import type { ContestantSpec } from "./contestant-specs.ts";
import { loadModel, type Model } from "./model.ts";
import { persistence } from "./persistence.ts";
import { solver } from "./solver.ts";
import { solverRecipe } from "./solver-recipe.ts";

export interface LoadContestantsOptions {
  readonly test: TrajectoryStore;
  readonly train: TrajectoryStore | null;
  /** The contestant whose weights the others are compared with. */
  readonly reference: string | null;
  /** `key.path=value` texts, of which the solver follows those of the data. */
  readonly overrides: readonly string[];
  /** The solver's step is as long as this many recorded frames. */
  readonly frameStride: number | undefined;
  /** Whether models, and solvers of systems with noise, draw noise. */
  readonly noise: boolean;
}

/**
 * Loads every contestant of `--models`. The caller disposes them; where one fails, none is left.
 *
 * @throws CheckpointError, ArgumentError or DataError, where one cannot forecast these data.
 */
export async function loadContestants(
  specs: readonly ContestantSpec[],
  options: LoadContestantsOptions,
): Promise<readonly Contestant[]> {
  const loaded: (Contestant | Model)[] = [];
  try {
    for (const spec of specs) loaded.push(await loadContestant(spec, options));
  } catch (error) {
    for (const contestant of loaded) contestant.dispose();
    throw error;
  }
  const reference = loaded.find((contestant) => contestant.name === options.reference);
  return loaded.map((contestant) =>
    reference !== undefined &&
    contestant !== reference &&
    weightsOf(contestant) === weightsOf(reference)
      ? { ...contestant, undistilled: true }
      : contestant,
  );
}

/** The weights of a model; of anything else its name, which nothing else has. */
const weightsOf = (contestant: Contestant | Model): string =>
  "weights" in contestant ? contestant.weights : contestant.name;

async function loadContestant(
  spec: ContestantSpec,
  { test, train, overrides, frameStride, noise }: LoadContestantsOptions,
): Promise<Contestant | Model> {
  if (spec.kind === "model") {
    const { name, checkpoint, sampler } = spec;
    return await loadModel(name, userPath(checkpoint), { sampler, noise, test });
  }
  if (spec.kind === "solver") {
    const recipe = solverRecipe(test, overrides, frameStride);
    return solver(spec.name, recipe, { pointStride: spec.pointStride, noise });
  }
  if (spec.name === "persistence") return persistence(spec.name);
  if (train !== null) return climatology(spec.name, train);
  throw new ArgumentError({
    problem: "climatology needs the training data",
    expected: "train.zarr beside test.zarr",
    remedy: "make them with simulator --split train, or leave climatology out of --models",
  });
}

/** The normalisation of the first trained model, or null where there is none. */
export const normalisationOf = (
  contestants: readonly (Contestant | Model)[],
): Model["normalisation"] | null =>
  contestants.flatMap((contestant) =>
    "normalisation" in contestant ? [contestant.normalisation] : [],
  )[0] ?? null;
