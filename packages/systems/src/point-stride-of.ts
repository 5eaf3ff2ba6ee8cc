import { ArgumentError } from "@eddyflow/core";
import type { Observation } from "@eddyflow/datasets";

/**
 * The stride of an observation that keeps every channel: 1 where it shows every point.
 *
 * @throws ArgumentError for any other observation: a solver cannot start from a part of its state.
 */
export function pointStrideOf(observation: Observation): number {
  const [step, ...others] = "pointStride" in observation ? [observation] : observation;
  if (step === undefined) return 1;
  const pointStride = "pointStride" in step ? step.pointStride : null;
  if (typeof pointStride === "number" && others.length === 0) return pointStride;
  throw new ArgumentError({
    problem: "the solver cannot start from a part of its state, and only a part is observed",
    expected: "data that show every channel, at all points or at every n-th point of each axis",
    remedy: "leave solver out of --models",
  });
}
