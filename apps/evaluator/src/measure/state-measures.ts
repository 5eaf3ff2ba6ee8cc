import {
  almostFairCrps,
  channelOf,
  coverage,
  energyDrift,
  energyScore,
  ensembleDeviation,
  fairCrps,
  h1Error,
  meanAbsoluteError,
  meanDrift,
  momentsOf,
  mse,
  nrmse,
  pearson,
  rankHistogram,
  rmse,
  skill,
  vrmse,
} from "@eddyflow/metrics";
import type { Layout } from "./layout.ts";
import type { ChannelSpectrum } from "./spectrum-sum.ts";

/** What is averaged over states before scores are made of it; null where it has no meaning for a state. */
export type Measures = Readonly<Record<string, number | null>>;

/** Measures of each channel of a state, from several sides. */
export const merged = (...sides: readonly (readonly Measures[])[]): readonly Measures[] =>
  (sides[0] ?? []).map((_, channel) =>
    Object.assign({}, ...sides.map((measures) => measures[channel])),
  );

/** Each channel of some states by itself, `[...space]` each. */
const byChannel = (
  states: readonly Float32Array[],
  { channels }: Layout,
): readonly (readonly Float64Array[])[] =>
  Array.from({ length: channels }, (_, channel) =>
    states.map((state) => channelOf(state, channel, channels)),
  );

/** The mean of a measure over the members that have it. */
function overMembers<Member>(
  members: readonly Member[],
  measure: (member: Member) => number | null,
): number | null {
  const values = members.map(measure).filter((value) => value !== null);
  return values.length === 0 ? null : values.reduce((sum, v) => sum + v, 0) / values.length;
}

/**
 * Measures the errors of an ensemble of forecasts of one state, channel by channel. Of a single member the CRPS is the
 * mean absolute error and the energy score the RMSE, which they are for a forecast that claims to be certain.
 *
 * @param members - `[...space, channel]` each, in standard deviations of the training data, like `truth`.
 */
export function stateErrors(
  members: readonly Float32Array[],
  truth: Float32Array,
  layout: Layout,
): readonly Measures[] {
  return byChannel([truth, ...members], layout).map(([actual, ...fields]) =>
    fieldErrors(fields, actual as Float64Array, layout),
  );
}

function fieldErrors(
  fields: readonly Float64Array[],
  truth: Float64Array,
  { grid }: Layout,
): Measures {
  const [first] = fields as [Float64Array];
  const isEnsemble = fields.length > 1;
  return {
    mse: overMembers(fields, (field) => mse(field, truth)),
    nrmse: overMembers(fields, (field) => nrmse(field, truth)),
    vrmse: overMembers(fields, (field) => vrmse(field, truth)),
    vrmseWell: overMembers(fields, (field) => vrmse(field, truth, { divisor: "N - 1" })),
    h1: overMembers(fields, (field) => h1Error(field, truth, grid)),
    correlation: overMembers(fields, (field) => pearson(field, truth)),
    crps: isEnsemble ? fairCrps(fields, truth) : meanAbsoluteError(first, truth),
    almostFairCrps: isEnsemble ? almostFairCrps(fields, truth) : meanAbsoluteError(first, truth),
    energyScore: isEnsemble ? energyScore(fields, truth) : rmse(first, truth),
    squaredSkill: isEnsemble ? skill(fields, truth) ** 2 : mse(first, truth),
    ...(isEnsemble && {
      squaredSpread: momentsOf(ensembleDeviation(fields)).meanSquare,
      coverage: coverage(fields, truth),
    }),
  };
}

/** Measures the energies of forecasts of a state and of the truth, channel by channel. */
export function stateEnergies(
  members: readonly (readonly ChannelSpectrum[])[],
  truth: readonly ChannelSpectrum[],
): readonly Measures[] {
  return truth.map((actual, channel) => {
    const meanOver = (band: "low" | "mid" | "high") =>
      overMembers(members, (spectra) => (spectra[channel] as ChannelSpectrum)[band]);
    return {
      "forecast low": meanOver("low"),
      "forecast mid": meanOver("mid"),
      "forecast high": meanOver("high"),
      "true low": actual.low,
      "true mid": actual.mid,
      "true high": actual.high,
      "true mean square": actual.meanSquare,
    };
  });
}

/** Measures how far forecasts are from what the initial state has. The drift of the mean has no sign. */
export const stateDrifts = (
  members: readonly Float32Array[],
  initial: Float32Array,
  layout: Layout,
): readonly Measures[] =>
  byChannel([initial, ...members], layout).map(([before, ...fields]) => ({
    meanDrift: overMembers(fields, (field) => Math.abs(meanDrift(field, before as Float64Array))),
    energyDrift: overMembers(fields, (field) => energyDrift(field, before as Float64Array)),
  }));

/** In which part of the cells the truth has each rank among the members: `[channel][M + 1]`. */
export const stateRanks = (
  members: readonly Float32Array[],
  truth: Float32Array,
  layout: Layout,
): readonly Float64Array[] =>
  byChannel([truth, ...members], layout).map(([actual, ...fields]) =>
    rankHistogram(fields, actual as Float64Array),
  );
