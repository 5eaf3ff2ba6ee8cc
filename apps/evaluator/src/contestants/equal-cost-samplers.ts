import type { NetworkDescription, SamplerDescription } from "@eddyflow/core";
import {
  cosineSpacing,
  euler,
  midpoint,
  nfeOf,
  samplerName,
  samplerNamed,
  samplerNames,
  samplerText,
} from "@eddyflow/samplers/descriptions";
import { nfeOfPlanned, type PlannedModel, weightsOf } from "./planned-model.ts";

/**
 * The samplers by which a reference has to be run so that it stands beside its students at equal cost: by Euler steps,
 * by midpoint steps, equal and cosine-spaced, and by its own Runge–Kutta method, with as many network evaluations as each
 * student. None where it is no velocity field or learnt certain steps only, where `--models` gives it several budgets
 * already, and at a cost at which another contestant has its weights.
 */
export function equalCostSamplers(
  reference: PlannedModel,
  models: readonly PlannedModel[],
): readonly SamplerDescription[] {
  const [{ manifest }] = reference.runs;
  const [own, ...more] = reference.samplers;
  const { kind } = manifest.networks["student"] as NetworkDescription;
  if (own === undefined || more.length > 0) return [];
  if (kind !== "velocity" || manifest.trainedOn !== undefined) return [];
  const weights = reference.runs.map(weightsOf);
  const isUndistilled = ({ runs }: PlannedModel) =>
    runs.some((run) => weights.includes(weightsOf(run)));
  const costs = (some: readonly PlannedModel[]) =>
    new Set(some.flatMap((model) => model.samplers.map((sampler) => nfeOfPlanned(model, sampler))));
  const covered = costs(models.filter(isUndistilled));
  const wanted = [...costs(models.filter((model) => !isUndistilled(model)))]
    .filter((nfe) => !covered.has(nfe) && nfe < nfeOfPlanned(reference, own))
    .sort((a, b) => a - b);
  const ofOwn = own.kind === "integrate" && samplerNames.includes(samplerName(own));
  const solvers = [euler.name, midpoint.name, `${midpoint.name}-${cosineSpacing.name}`];
  const found = [...new Set([...solvers, ...(ofOwn ? [samplerName(own)] : [])])].flatMap((name) => {
    const stages = nfeOf(samplerNamed(name, 1), kind);
    return wanted.flatMap((nfe) => (nfe % stages === 0 ? [samplerNamed(name, nfe / stages)] : []));
  });
  // Of two steps and fewer all spacings are one.
  const byText = new Map(found.map((sampler) => [samplerText(sampler), sampler]));
  byText.delete(samplerText(own));
  return [...byText.values()];
}
