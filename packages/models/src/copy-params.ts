import type { Params } from "@eddyflow/core";
import { mul, type Tensor, tidy } from "@tensorflow/tfjs-core";

/** Values of their own: a clone would share its memory, in which an optimizer may work in place. */
export const copyTensor = (x: Tensor): Tensor => mul(x, 1);

/**
 * A copy of a network's parameters, for a student that starts as its teacher or an average that starts as
 * its student. It shares no memory with them, so that either may be trained in place. The caller
 * disposes it.
 */
export function copyParams(params: Params): Params {
  return tidy(() =>
    Object.fromEntries(
      Object.entries(params).map(([name, parameter]) => [name, copyTensor(parameter)]),
    ),
  );
}
