import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";

/** Kernels by the names under which TensorFlow.js dispatches to them. */
export type KernelFunctions = Readonly<Record<string, KernelFunc>>;

/** Gives a kernel of TensorFlow.js the types of its inputs and attributes. */
export const kernel =
  <Inputs extends object, Attributes extends object = object>(
    compute: (inputs: Inputs, attributes: Attributes) => TensorInfo | TensorInfo[],
  ): KernelFunc =>
  ({ inputs, attrs }) =>
    compute(inputs as unknown as Inputs, attrs as unknown as Attributes);
