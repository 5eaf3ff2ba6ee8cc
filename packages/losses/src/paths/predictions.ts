import { perSample } from "@eddyflow/ops";
import { add, div, mul, sub, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import type { AffinePath } from "./affine-path.ts";

/**
 * On an affine path x = αx₁ + σε, v = α′x₁ + σ′ε, any one of velocity v, data x₁ and noise ε gives the others where x
 * and t are known. So does any one of their conditional means, which are what networks predict: these relations are
 * linear. With D = σα′ − σ′α:
 *
 *   x₁ = (σv − σ′x)/D,   ε = (α′x − αv)/D,   v = (σ′x + Dx₁)/σ,   v = (α′x − Dε)/α.
 *
 * In each of these functions x is `[batch, ...space, channel]`, t is `[batch]`, and the caller disposes the result.
 */
function coefficientsOf(path: AffinePath, t: Tensor1D, like: Tensor) {
  const [alpha, sigma, alphaRate, sigmaRate] = [
    path.alpha(t),
    path.sigma(t),
    path.alphaRate(t),
    path.sigmaRate(t),
  ].map((each) => perSample(each, like)) as [Tensor, Tensor, Tensor, Tensor];
  const determinant = sub(mul(sigma, alphaRate), mul(sigmaRate, alpha));
  return { alpha, sigma, alphaRate, sigmaRate, determinant };
}

/** The data x₁ = (σv − σ′x)/D that a velocity v points at, at any t. */
export function dataFromVelocity(path: AffinePath, x: Tensor, v: Tensor, t: Tensor1D): Tensor {
  return tidy(() => {
    const { sigma, sigmaRate, determinant } = coefficientsOf(path, t, x);
    return div(sub(mul(sigma, v), mul(sigmaRate, x)), determinant);
  });
}

/** The noise ε = (α′x − αv)/D that a velocity v comes from, at any t. */
export function noiseFromVelocity(path: AffinePath, x: Tensor, v: Tensor, t: Tensor1D): Tensor {
  return tidy(() => {
    const { alpha, alphaRate, determinant } = coefficientsOf(path, t, x);
    return div(sub(mul(alphaRate, x), mul(alpha, v)), determinant);
  });
}

/** The velocity v = (σ′x + Dx₁)/σ towards data x₁; t < 1, where σ = 0. */
export function velocityFromData(path: AffinePath, x: Tensor, x1: Tensor, t: Tensor1D): Tensor {
  return tidy(() => {
    const { sigma, sigmaRate, determinant } = coefficientsOf(path, t, x);
    return div(add(mul(sigmaRate, x), mul(determinant, x1)), sigma);
  });
}

/** The velocity v = (α′x − Dε)/α away from noise ε; t > 0, where α = 0. */
export function velocityFromNoise(path: AffinePath, x: Tensor, noise: Tensor, t: Tensor1D): Tensor {
  return tidy(() => {
    const { alpha, alphaRate, determinant } = coefficientsOf(path, t, x);
    return div(sub(mul(alphaRate, x), mul(determinant, noise)), alpha);
  });
}
