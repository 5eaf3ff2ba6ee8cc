import { ArgumentError, type SamplerDescription, type TrainedOn } from "@eddyflow/core";
import type { IncrementDistribution } from "@eddyflow/distillation";
import { equalSteps, intervalsOf, jumpName, uniformTimes } from "@eddyflow/samplers";

/** How a flow map is run, and the steps that it is saved with. */
export interface Jumps {
  readonly sampler: SamplerDescription;
  readonly trainedOn: TrainedOn;
}

/**
 * Equal jumps of a flow map that learns from increments.
 *
 * @throws ArgumentError where these jumps are not among the increments.
 */
export function jumpsOf(
  { steps }: { readonly steps: number },
  { minimum, maximum, levels, covers }: IncrementDistribution,
): Jumps {
  const untaught = intervalsOf(uniformTimes(steps)).find(([t, delta]) => !covers(t, delta));
  if (untaught !== undefined) {
    const [t, delta] = untaught.map((value) => Number(value.toPrecision(3)));
    throw new ArgumentError({
      problem: `a jump of δ = ${delta} from t = ${t} is not among the increments that are trained on`,
      expected: `increments that hold the jumps of sampler.steps=${steps}`,
      remedy: "change sampler.steps, or the increments",
    });
  }
  return {
    sampler: equalSteps(jumpName, steps),
    trainedOn: { increments: [minimum, maximum], ...(levels && { levels }) },
  };
}
