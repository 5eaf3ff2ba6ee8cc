export { type AverageStateOptions, averageState } from "./average-state.ts";
export {
  type CompressibleNavierStokes2dOptions,
  compressibleChannels,
  compressibleNavierStokes2d,
} from "./compressible-navier-stokes-2d.ts";
export {
  type FourthOrderOperator,
  type KuramotoSivashinsky2dOptions,
  kuramotoSivashinsky2d,
} from "./kuramoto-sivashinsky-2d.ts";
export { type RandomFourierFieldOptions, randomFourierField } from "./random-fourier-field.ts";
export { type RandomStateOptions, randomState } from "./random-state.ts";
export { advance, type Stepper } from "./stepper.ts";
export { type TurbulentVelocityOptions, turbulentVelocity } from "./turbulent-velocity.ts";
