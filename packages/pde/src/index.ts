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
export { type RandomFourierFieldOptions, randomFourierField } from "./random-fourier-field.ts";
export { advance, type Stepper } from "./stepper.ts";
