import type { Tensor } from "@tensorflow/tfjs-core";

/**
 * Named parameters of a network, in the order they were made. Names follow PyTorch's state_dict
 * ("encoder.0.conv1.weight"); a convolution's weight is held in the layout TensorFlow.js computes in,
 * `[...kernel, in, out]`, and transposed to PyTorch's `[out, in, ...kernel]` only when it is stored.
 */
export type Params = Readonly<Record<string, Tensor>>;

/** Several networks at once: { student }, { student, teacher }, { student, "student.average" }. */
export type ParamSets = Readonly<Record<string, Params>>;
