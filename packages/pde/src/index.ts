export {
  type AverageStateOptions,
  averageState,
} from "./compressible-navier-stokes/average-state.ts";
export {
  type CompressibleNavierStokes2dOptions,
  compressibleChannels,
  compressibleNavierStokes2d,
} from "./compressible-navier-stokes/compressible-navier-stokes-2d.ts";
export { type RandomStateOptions, randomState } from "./compressible-navier-stokes/random-state.ts";
export {
  type TurbulentVelocityOptions,
  turbulentVelocity,
} from "./compressible-navier-stokes/turbulent-velocity.ts";
export {
  type Kolmogorov2dOptions,
  kolmogorov2d,
  kolmogorovModes,
  type RandomForcing,
  type WaveVector,
} from "./kolmogorov/kolmogorov-2d.ts";
export {
  type Dealiasing,
  type FourthOrderOperator,
  type KuramotoSivashinsky2dOptions,
  type KuramotoSivashinskyOptions,
  kuramotoSivashinsky,
  kuramotoSivashinsky2d,
  type SpatialMean,
} from "./kuramoto-sivashinsky/kuramoto-sivashinsky.ts";
export {
  type MixtureDivergenceOptions,
  mixtureDivergence,
} from "./rayleigh-taylor/mixture-divergence.ts";
export {
  type RayleighTaylor3dOptions,
  rayleighTaylor3d,
  rayleighTaylorChannels,
} from "./rayleigh-taylor/rayleigh-taylor-3d.ts";
export {
  type RayleighTaylorInterfaceOptions,
  rayleighTaylorInterface,
} from "./rayleigh-taylor/rayleigh-taylor-interface.ts";
export { type EtdrkOptions, type EtdrkOrder, etdrk } from "./shared/etdrk.ts";
export {
  type RandomFourierFieldOptions,
  randomFourierField,
} from "./shared/random-fourier-field.ts";
export { advance, type Stepper } from "./shared/stepper.ts";
