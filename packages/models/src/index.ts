export { copyParams } from "./copy-params.ts";
export { correctorFromVelocity } from "./corrector-from-velocity.ts";
export {
  type DiscriminatorNetwork,
  type DiscriminatorOptions,
  discriminator,
  discriminatorShapes,
} from "./discriminator.ts";
export { type DynamicsOptions, dynamicsOf } from "./dynamics-of.ts";
export { type FlowMapValueOptions, flowMap, flowMapValue, meanVelocityMap } from "./flow-map.ts";
export { generatorFromPredictor } from "./generator-from-predictor.ts";
export {
  type BuildOptions,
  type CorrectorNetwork,
  correctorNetwork,
  type DirectNetwork,
  directNetwork,
  type FieldNetworkOptions,
  type MeanVelocityNetwork,
  meanVelocityNetwork,
  parameterShapes,
  shapesDrawn,
  type VelocityNetwork,
  velocityNetwork,
} from "./networks.ts";
export { parameterCount } from "./parameter-count.ts";
export { shiftPeriods } from "./shift-periods.ts";
export {
  copyWithGains,
  spectralGain,
  spectralGainName,
  type Wave,
  type WaveModes,
  waveEnergies,
  waveModes,
  withSpectralGain,
} from "./spectral-gain.ts";
export {
  type EvaluationOptions,
  requireHalvings,
  type UNetOptions,
  uNet,
  uNetShapes,
} from "./u-net.ts";
export { velocityField } from "./velocity-field.ts";
