export {
  type FourthOrderOperator,
  type KuramotoSivashinsky2dOptions,
  kuramotoSivashinsky2d,
} from "./kuramoto-sivashinsky-2d.ts";
export { type RandomFourierFieldOptions, randomFourierField } from "./random-fourier-field.ts";
export { advance, type Stepper } from "./stepper.ts";
