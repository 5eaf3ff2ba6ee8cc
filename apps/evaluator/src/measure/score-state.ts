import { fairCrps, meanAbsoluteError, vrmse } from "@eddyflow/metrics";

/**
 * Errors of the forecasts of one state, `[...space, channel]` each, all in units of the training data's
 * standard deviation: the mean VRMSE of the members, and the CRPS by the fair estimator. A single member has
 * its mean absolute error in its place, the CRPS of a forecast that is certain.
 */
export function scoreState(
  members: readonly Float32Array[],
  truth: Float32Array,
  channels: number,
): { readonly vrmse: number; readonly crps: number } {
  const [first, ...others] = members;
  const certain = first !== undefined && others.length === 0;
  return {
    vrmse: mean(members.map((member) => vrmse(member, truth, { channels }))),
    crps: certain ? meanAbsoluteError(first, truth) : fairCrps(members, truth),
  };
}

/** The mean; not a number where there is nothing. */
export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
