import { perSample } from "@eddyflow/ops";
import { add, mul, sub, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";

/**
 * A probability path x_t = α(t)x₁ + σ(t)x₀ from noise x₀ at t = 0 to data x₁ at t = 1, as data: its two coefficients
 * and their derivatives, each a function of flow times `[batch]`. Source: Lipman et al., "Flow Matching Guide and Code"
 * (2024), section 4.6.
 */
export interface AffinePath {
  readonly name: string;
  /** α, rising from 0 (or nearly 0) to 1. */
  readonly alpha: (t: Tensor1D) => Tensor1D;
  /** σ, falling from 1 to 0. */
  readonly sigma: (t: Tensor1D) => Tensor1D;
  /** dα/dt. */
  readonly alphaRate: (t: Tensor1D) => Tensor1D;
  /** dσ/dt. */
  readonly sigmaRate: (t: Tensor1D) => Tensor1D;
}

/** A point of a probability path and the path's derivative there. */
export interface PathPoint {
  /** x_t, `[batch, ...space, channel]`. */
  readonly xt: Tensor;
  /** dx_t/dt, same shape. */
  readonly velocity: Tensor;
}

/**
 * The point x_t = αx₁ + σx₀ of a path and its velocity dx_t/dt = α′x₁ + σ′x₀.
 *
 * The ends are `[batch, ...space, channel]`, t ∈ [0, 1] is `[batch]`. The caller disposes both results.
 */
export function pointOn(path: AffinePath, x0: Tensor, x1: Tensor, t: Tensor1D): PathPoint {
  return tidy(() => {
    const difference = sub(x1, x0);
    // As (α + σ)x₀ + α(x₁ − x₀), which for the linear path is x₀ + t(x₁ − x₀) to the last bit.
    const combine = (ofData: Tensor1D, ofNoise: Tensor1D): Tensor =>
      add(
        mul(perSample(add(ofData, ofNoise), x0), x0),
        mul(perSample(ofData, difference), difference),
      );
    return {
      xt: combine(path.alpha(t), path.sigma(t)),
      velocity: combine(path.alphaRate(t), path.sigmaRate(t)),
    };
  });
}
