import { perSample } from "@eddyflow/ops";
import { add, mul, sub, type Tensor, type Tensor1D } from "@tensorflow/tfjs-core";

/** A point of a probability path and the path's derivative there. */
export interface PathPoint {
  /** `[batch, ...space, channel]`. */
  readonly xt: Tensor;
  /** dx_t/dt, same shape. */
  readonly velocity: Tensor;
}

/**
 * The linear path x_t = (1 − t)x₀ + t x₁ from noise x₀ to data x₁, with velocity x₁ − x₀: the
 * conditional path with σ_min = 0 of Lipman et al., "Flow Matching for Generative Modeling" (ICLR 2023),
 * equation (22).
 *
 * The ends are `[batch, ...space, channel]`, t ∈ [0, 1] is `[batch]`. The caller disposes both results.
 */
export function linearPath(x0: Tensor, x1: Tensor, t: Tensor1D): PathPoint {
  const velocity = sub(x1, x0);
  return { xt: add(x0, mul(perSample(t, x0), velocity)), velocity };
}
