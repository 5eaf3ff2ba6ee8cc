import { mean, type Scalar, square } from "@tensorflow/tfjs-core";
import type { Norm } from "./norm.ts";

/** The mean square, ‖e‖² = mean(e²) over batch, points and channels, at every flow time alike. */
export function l2(): Norm {
  return (error) => mean(square(error)) as Scalar;
}
