export {
  type AdamStepOptions,
  type AdamStepResult,
  type ApplyAdamAttributes,
  adamStep,
} from "./adam-step.ts";
export { type ApplyAverageAttributes, averageStep } from "./average-step.ts";
export { type CentralDifferenceAttributes, centralDifference } from "./central-difference.ts";
export {
  type ConcatenateChannelsAttributes,
  concatenateChannels,
  type SliceChannelsAttributes,
} from "./concatenate-channels.ts";
export {
  type ConvolutionOptions,
  type ConvolutionSumOperands,
  convolution,
  convolutionSum,
  padConvolutionRelu,
} from "./convolution.ts";
export { forwardDifference } from "./forward-difference.ts";
export { kernelNames } from "./kernel-names.ts";
export { maxPool } from "./max-pool.ts";
export { denormalise, normalise } from "./normalise.ts";
export { type PadFieldAttributes, pad } from "./pad.ts";
export { perSample } from "./per-sample.ts";
export { toFullPrecision, toLowPrecision } from "./precision.ts";
export {
  type HalfSpectrum,
  inverseRealFft,
  type RealFftAttributes,
  realFft,
} from "./real-fft.ts";
export { relu } from "./relu.ts";
export { upsample } from "./upsample.ts";
