export { type AverageStateOptions, averageState } from "./average-state.ts";
export {
  type CompressibleNavierStokes2dOptions,
  compressibleChannels,
  compressibleNavierStokes2d,
} from "./compressible-navier-stokes-2d.ts";
export { type EtdrkOptions, type EtdrkOrder, etdrk } from "./etdrk.ts";
export {
  type Dealiasing,
  type FourthOrderOperator,
  type KuramotoSivashinsky2dOptions,
  type KuramotoSivashinskyOptions,
  kuramotoSivashinsky,
  kuramotoSivashinsky2d,
  type SpatialMean,
} from "./kuramoto-sivashinsky.ts";
export { type MixtureDivergenceOptions, mixtureDivergence } from "./mixture-divergence.ts";
export { type RandomFourierFieldOptions, randomFourierField } from "./random-fourier-field.ts";
export { type RandomStateOptions, randomState } from "./random-state.ts";
export {
  type RayleighTaylor3dOptions,
  rayleighTaylor3d,
  rayleighTaylorChannels,
} from "./rayleigh-taylor-3d.ts";
export {
  type RayleighTaylorInterfaceOptions,
  rayleighTaylorInterface,
} from "./rayleigh-taylor-interface.ts";
export { advance, type Stepper } from "./stepper.ts";
export { type TurbulentVelocityOptions, turbulentVelocity } from "./turbulent-velocity.ts";
