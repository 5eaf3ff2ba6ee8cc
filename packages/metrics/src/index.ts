export { type BandEnergyRatios, bandEnergyRatios } from "./band-energy-ratios.ts";
export { bootstrapInterval, percentileInterval } from "./bootstrap-interval.ts";
export { energyDrift, meanDrift } from "./conserved-quantities.ts";
export { type CorrelationTime, correlationTime } from "./correlation-time.ts";
export { derivative } from "./derivative.ts";
export { distillationError } from "./distillation-error.ts";
export { divergence } from "./divergence.ts";
export { energyDistance } from "./energy-distance.ts";
export { energyScore } from "./energy-score.ts";
export {
  ensembleDeviation,
  ensembleMean,
  skill,
  spread,
  spreadCorrection,
  spreadSkillRatio,
} from "./ensemble.ts";
export { ensembleDeviationError, ensembleMeanError } from "./ensemble-errors.ts";
export { type AlmostFairOptions, almostFairCrps, fairCrps } from "./fair-crps.ts";
export type { ChannelOptions, Field } from "./field.ts";
export { type H1Options, h1Error } from "./h1-error.ts";
export { meanAbsoluteError } from "./mean-absolute-error.ts";
export { type Moments, momentsOf, roundingEnergy } from "./moments.ts";
export { mse, rmse } from "./mse.ts";
export { type NormalisedErrorOptions, nrmse } from "./nrmse.ts";
export { pearson } from "./pearson.ts";
export { channelOf, perChannel } from "./per-channel.ts";
export { coverage, nominalCoverage, rankHistogram } from "./rank-histogram.ts";
export { referenceCrps } from "./reference-crps.ts";
export { spectrumError } from "./spectrum-error.ts";
export { type VrmseOptions, vrmse } from "./vrmse.ts";
