import { slice, type Tensor } from "@tensorflow/tfjs-core";

/** The samples of a batch from `start` on. The caller disposes the result. */
export const restOfBatch = <T extends Tensor>(x: T, start: number): T =>
  slice(
    x,
    [start, ...x.shape.slice(1).fill(0)],
    [(x.shape[0] as number) - start, ...x.shape.slice(1)],
  ) as T;
