export { type AlmostFairCrpsOptions, almostFairCrps } from "./almost-fair-crps.ts";
export { type EnsembleCrpsTargets, ensembleCrps, perMember } from "./ensemble-crps.ts";
export { type EnsembleScore, type EnsembleScoreOptions, ensembleScore } from "./ensemble-score.ts";
export {
  type FlowMatchingOptions,
  type FlowMatchingTargets,
  flowMatching,
} from "./flow-matching.ts";
export { fourierCoefficients } from "./fourier-coefficients.ts";
export { l2 } from "./l2.ts";
export type { Norm } from "./norm.ts";
export { paramsOf } from "./params-of.ts";
export { type AffinePath, type PathPoint, pointOn } from "./paths/affine-path.ts";
export { cosinePath } from "./paths/cosine-path.ts";
export { linearPath } from "./paths/linear-path.ts";
export {
  dataFromVelocity,
  noiseFromVelocity,
  velocityFromData,
  velocityFromNoise,
} from "./paths/predictions.ts";
export {
  type VariancePreservingOptions,
  variancePreservingPath,
} from "./paths/variance-preserving-path.ts";
export { type RegressionOptions, type RegressionTargets, regression } from "./regression.ts";
export { type SobolevOptions, sobolev, type TimeWeight } from "./sobolev.ts";
export { type LogitNormalTimesOptions, logitNormalTimes } from "./times/logit-normal-times.ts";
