import { folderSource } from "@eddyflow/checkpointing/node";
import { ArgumentError, type SamplerDescription } from "@eddyflow/core";
import type { TrajectoryStore } from "@eddyflow/datasets";
import { samplerText } from "@eddyflow/samplers/descriptions";
import { loadSurrogate } from "@eddyflow/surrogate";
import { callOf, type OwnValues } from "command-line";
import { climatology } from "./climatology.ts";
import type { Contestant } from "./contestant.ts";
import type { ContestantSpec } from "./contestant-specs.ts";
import { equalCostSamplers } from "./equal-cost-samplers.ts";
import { type Model, modelOf } from "./model.ts";
import { persistence } from "./persistence.ts";
import { type PlannedModel, planModel, weightsOf } from "./planned-model.ts";
import { solver } from "./solver.ts";
import { solverRecipe } from "./solver-recipe.ts";

export interface LoadContestantsOptions {
  readonly test: TrajectoryStore;
  readonly train: TrajectoryStore | null;
  /** The contestant, or one of its budgets, whose weights the others are compared with. */
  readonly reference: string | null;
  /** Whether the reference is run at the students' cost too, where nobody asked for it. */
  readonly atEqualCost: boolean;
  /** `key.path=value` texts, of which the solver follows those of the data. */
  readonly overrides: readonly string[];
  /** The solver's step is as long as this many recorded frames. */
  readonly frameStride: number | undefined;
  /** Whether models, and solvers of systems with noise, draw noise. */
  readonly noise: boolean;
  /** What the experiment's module brings. */
  readonly own: OwnValues;
}

/**
 * Loads every contestant of `--models`, one for each budget and run. What does not go together is refused before any
 * weights are read, and a checkpoint is read once for all its budgets. The caller disposes them; where one fails, none is
 * left.
 *
 * @throws CheckpointError, ArgumentError or DataError, where one cannot forecast these data.
 */
export async function loadContestants(
  specs: readonly ContestantSpec[],
  options: LoadContestantsOptions,
): Promise<readonly (Contestant | Model)[]> {
  const { test, own } = options;
  const asked = new Map<string, PlannedModel>();
  for (const spec of specs) {
    if (spec.kind === "model") asked.set(spec.name, await planModel(spec, test, own));
  }
  const reference = asked.get(options.reference?.split("@")[0] ?? "") ?? null;
  const loaded: (Contestant | Model)[] = [];
  try {
    for (const spec of specs) {
      if (spec.kind !== "model") {
        loaded.push(otherContestant(spec, options));
        continue;
      }
      const planned = asked.get(spec.name) as PlannedModel;
      const added =
        planned === reference && options.atEqualCost
          ? equalCostSamplers(planned, [...asked.values()])
          : [];
      const models = modelsOf(planned, { ...options, added, reference });
      for await (const model of models) loaded.push(model);
    }
  } catch (error) {
    for (const contestant of loaded) contestant.dispose();
    throw error;
  }
  return loaded;
}

/** One model after another: each budget, and of it each run. */
async function* modelsOf(
  { name: group, runs, samplers }: PlannedModel,
  {
    test,
    noise,
    reference,
    added,
  }: Pick<LoadContestantsOptions, "test" | "noise"> & {
    readonly reference: PlannedModel | null;
    /** Samplers that nobody asked for. */
    readonly added: readonly SamplerDescription[];
  },
): AsyncGenerator<Model> {
  const taught = reference?.runs.map(weightsOf) ?? [];
  for (const [run, planned] of runs.entries()) {
    const weights = weightsOf(planned);
    const { teacher } = planned.manifest;
    // The run that it was distilled from, or the one of the same place, where there is one.
    const own = [weights, teacher?.sha256 ?? ""].map((hash) => taught.indexOf(hash));
    const place = runs.length === taught.length ? run : 0;
    const referenceRun = own.find((found) => found !== -1) ?? place;
    const { folder, networks } = planned;
    const all = [...samplers, ...added];
    const first = await loadSurrogate(folderSource(folder), {
      sampler: all[0] as (typeof all)[number],
      networks,
    });
    for (const [index, sampler] of all.entries()) {
      const isFirst = index === 0;
      const surrogate = isFirst ? first : await first.sampledBy(sampler);
      // Only those that were asked for make several budgets: the one of a single budget has the contestant's name.
      const isOnly = samplers.length === 1 && isFirst;
      const name = isOnly ? group : `${group}@${samplerText(sampler)}`;
      yield {
        ...modelOf(surrogate, { name, sampler, weights, test, noise }),
        ...{ group, run, referenceRun },
        undistilled: taught.includes(weights),
        ...(index >= samplers.length && { isAdded: true }),
      };
    }
  }
}

function otherContestant(
  spec: Exclude<ContestantSpec, { readonly kind: "model" }>,
  { test, train, overrides, frameStride = 1, noise, own }: LoadContestantsOptions,
): Contestant {
  if (spec.kind === "solver") {
    const { systems } = own;
    const recipe = solverRecipe(test, overrides, { frameStride, systems });
    return solver(spec.name, recipe, { pointStride: spec.pointStride, noise, systems });
  }
  if (spec.name === "persistence") return persistence(spec.name);
  if (train !== null) return climatology(spec.name, train);
  throw new ArgumentError({
    problem: "climatology needs the training data",
    expected: "train.zarr beside test.zarr",
    remedy: `make them with ${callOf("simulator")} <experiment> --split train, or leave climatology out of --models`,
  });
}

/** The normalisation of the first trained model, or null where there is none. */
export const normalisationOf = (
  contestants: readonly (Contestant | Model)[],
): Model["normalisation"] | null =>
  contestants.flatMap((contestant) =>
    "normalisation" in contestant ? [contestant.normalisation] : [],
  )[0] ?? null;
