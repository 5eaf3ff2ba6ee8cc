import { util } from "@tensorflow/tfjs-core";

/** How many numbers a tensor of this shape holds. */
export const sizeOf = (shape: readonly number[]): number => util.sizeFromShape(shape as number[]);
