/**
 * The kernels behind this package's operations. A backend that registers one of these names (`registerKernel`
 * of TensorFlow.js) replaces the portable kernel of that operation and keeps its gradient. Fields are
 * `[batch, y, x, channel]` or `[batch, z, y, x, channel]` and weights `[kh, kw, in, out]` or
 * `[kd, kh, kw, in, out]`: a kernel tells by their rank.
 *
 * | name | inputs | attributes | result |
 * | --- | --- | --- | --- |
 * | `PadField` | x | {@link PadFieldAttributes} | x continued beyond its spatial ends |
 * | `PadFieldGradient` | dy | {@link PadFieldAttributes} | adjoint of `PadField` |
 * | `ConvolutionBias` | x, weight, bias, residual (may be absent) | – | x ∗ weight + bias + residual |
 * | `ConvolutionBiasRelu` | x, weight, bias | – | max(x ∗ weight + bias, 0) |
 * | `PadConvolutionBiasRelu` | x, weight, bias | {@link PadFieldAttributes} | max(`PadField`(x) ∗ weight + bias, 0) |
 * | `ConvolutionSum` | x, weight, bias, skip, skipWeight, skipBias | – | x ∗ weight + bias + skip ∗ skipWeight + skipBias |
 * | `ConvolutionInputGradient` | dy, weight | – | adjoint in x |
 * | `ConvolutionWeightGradient` | x, dy | – | adjoint in weight |
 * | `ConvolutionBiasGradient` | dy | – | adjoint in bias: the sum over all axes but the last |
 * | `Rectify` | x | – | max(x, 0) |
 * | `RectifyGradient` | dy, y | – | dy where y > 0, else 0 |
 * | `RectifyBiasGradient` | dy, y | – | [dx, sums]: `RectifyGradient`, and `ConvolutionBiasGradient` of that |
 * | `MaxPoolHalf` | x | – | maximum over windows of 2 per spatial axis |
 * | `MaxPoolHalfGradient` | x, y, dy | – | dy at the first maximum of each window, else 0 |
 * | `UpsampleDouble` | x | – | each value twice per spatial axis |
 * | `UpsampleDoubleGradient` | dy | – | sums over windows of 2 per spatial axis |
 * | `CentralDifference` | x | {@link CentralDifferenceAttributes} | difference per cell |
 * | `CentralDifferenceGradient` | dy | {@link CentralDifferenceAttributes} | adjoint of `CentralDifference` |
 * | `RealFft` | x | {@link RealFftAttributes} | [re, im] of half the spectrum |
 * | `InverseRealFft` | re, im | {@link RealFftAttributes} | the real field of that half spectrum |
 * | `ConcatenateChannels` | x0, x1, … | {@link ConcatenateChannelsAttributes} | the fields joined along their last axis |
 * | `SliceChannels` | x | {@link SliceChannelsAttributes} | some successive channels |
 * | `ToLowPrecision` | x | – | x as the tensors that mixed precision multiplies |
 * | `ToFullPrecision` | x | – | x in float32 |
 * | `ApplyAdam` | parameter0, gradient0, first0, second0, parameter1, … | {@link ApplyAdamAttributes} | [parameter0, …, first0, …, second0, …, norm, skipped] |
 * | `ApplyAverage` | average0, parameter0, average1, … | {@link ApplyAverageAttributes} | [average0, …] |
 *
 * Where a backend has tensors of low precision, the kernels from `PadField` to `UpsampleDoubleGradient`, `ConcatenateChannels`
 * and `SliceChannels` take them too, all inputs being of one kind but for the bias and its gradient, which are
 * always float32; the results are of the kind of x and dy.
 *
 * The last two may write into and dispose the inputs that their operations consume.
 */
export const kernelNames = {
  padField: "PadField",
  padFieldGradient: "PadFieldGradient",
  convolutionBias: "ConvolutionBias",
  convolutionBiasRelu: "ConvolutionBiasRelu",
  padConvolutionBiasRelu: "PadConvolutionBiasRelu",
  convolutionSum: "ConvolutionSum",
  convolutionInputGradient: "ConvolutionInputGradient",
  convolutionWeightGradient: "ConvolutionWeightGradient",
  convolutionBiasGradient: "ConvolutionBiasGradient",
  rectify: "Rectify",
  rectifyGradient: "RectifyGradient",
  rectifyBiasGradient: "RectifyBiasGradient",
  maxPoolHalf: "MaxPoolHalf",
  maxPoolHalfGradient: "MaxPoolHalfGradient",
  upsampleDouble: "UpsampleDouble",
  upsampleDoubleGradient: "UpsampleDoubleGradient",
  centralDifference: "CentralDifference",
  centralDifferenceGradient: "CentralDifferenceGradient",
  realFft: "RealFft",
  inverseRealFft: "InverseRealFft",
  concatenateChannels: "ConcatenateChannels",
  sliceChannels: "SliceChannels",
  toLowPrecision: "ToLowPrecision",
  toFullPrecision: "ToFullPrecision",
  applyAdam: "ApplyAdam",
  applyAverage: "ApplyAverage",
} as const;
