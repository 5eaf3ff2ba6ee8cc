import { ArgumentError, type TrainedOn } from "@eddyflow/core";
import {
  betaIncrements,
  fixedIncrements,
  type IncrementDistribution,
  incrementsBetween,
  uniformIncrements,
} from "@eddyflow/distillation";
import { uniformTimes } from "@eddyflow/samplers";

/** What a progressive recipe says of the student's steps. */
export interface MacroSteps {
  readonly steps: number;
  readonly studentTableau: string;
  readonly told: boolean;
  readonly increments:
    | { readonly kind: "times" }
    | { readonly kind: "uniform"; readonly minimum: number; readonly maximum: number }
    | {
        readonly kind: "beta";
        readonly alpha: number;
        readonly beta: number;
        readonly minimum: number;
        readonly maximum: number;
      }
    | { readonly kind: "fixed"; readonly jitter: number };
}

/**
 * The steps (t, Δ) that a progressive student learns to make, and what is saved of them with it.
 *
 * @throws ArgumentError where minimum and maximum are the wrong way round.
 */
export function macroStepsOf(recipe: MacroSteps): {
  readonly increments: IncrementDistribution;
  readonly trainedOn: TrainedOn;
} {
  const { steps, studentTableau, told } = recipe;
  const increments = incrementsOf(recipe);
  return {
    increments,
    trainedOn: {
      increments: [increments.minimum, increments.maximum],
      ...(recipe.increments.kind === "times" && { times: uniformTimes(steps) }),
      ...(!told && { tableau: studentTableau }),
    },
  };
}

function incrementsOf({ steps, increments }: MacroSteps): IncrementDistribution {
  if (increments.kind === "times") return incrementsBetween(uniformTimes(steps));
  if (increments.kind === "fixed") return fixedIncrements({ steps, jitter: increments.jitter });
  const { minimum, maximum } = increments;
  if (minimum > maximum) {
    throw new ArgumentError({
      problem: `the smallest increment is ${minimum}, and the largest ${maximum}`,
      expected: "minimum ≤ maximum",
      remedy: "change one of them in models.velocity_pd.increments",
    });
  }
  return increments.kind === "uniform" ? uniformIncrements(increments) : betaIncrements(increments);
}
