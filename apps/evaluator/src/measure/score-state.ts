import { distillationError, fairCrps, meanAbsoluteError } from "@eddyflow/metrics";

/**
 * Scores an ensemble of forecasts of one state, `[...space, channel]` each, in standard deviations of the
 * training data: the mean VRMSE of the members, and the CRPS by the fair estimator. For a single member the
 * CRPS is the mean absolute error, which is the CRPS of a forecast that claims to be certain.
 */
export function scoreState(
  members: readonly Float32Array[],
  truth: Float32Array,
  channels: number,
): { readonly vrmse: number; readonly crps: number } {
  const [first, ...others] = members;
  const certain = first !== undefined && others.length === 0;
  return {
    vrmse: mean(members.map((member) => distillationError([member], [truth], { channels }))),
    crps: certain ? meanAbsoluteError(first, truth) : fairCrps(members, truth),
  };
}

/** The mean; NaN of an empty list. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
