import { ArgumentError } from "@eddyflow/core";
import { add, div, exp, expm1, mul, neg, sqrt, sub, type Tensor1D } from "@tensorflow/tfjs-core";
import type { AffinePath } from "./affine-path.ts";

export interface VariancePreservingOptions {
  /** The rate of noising at the data, positive; .1 by default. */
  readonly betaMin?: number;
  /** The rate of noising at the noise, at least `betaMin`; 20 by default. */
  readonly betaMax?: number;
}

/**
 * α = exp(−½b), σ = √(1 − α²) with b = ½(β_max − β_min)s² + β_min s and s = 1 − t: the path of diffusion models, for
 * comparison with them. States of unit variance keep it.
 *
 * Two things to know: α(0) is not 0 but .0066 by default, and the velocity grows as (1 − t)^(−½) towards data, so draw
 * flow times up to .999 and let samplers end there. Source: Song et al., "Score-Based Generative Modeling through
 * Stochastic Differential Equations" (ICLR 2021), equation (33).
 *
 * @throws ArgumentError unless 0 < betaMin ≤ betaMax.
 */
export function variancePreservingPath({
  betaMin = 0.1,
  betaMax = 20,
}: VariancePreservingOptions = {}): AffinePath {
  if (!(betaMin > 0 && betaMax >= betaMin && Number.isFinite(betaMax))) {
    throw new ArgumentError({
      problem: `the rates of noising are betaMin = ${betaMin} and betaMax = ${betaMax}`,
      expected: "0 < betaMin ≤ betaMax",
      remedy: "give other rates; .1 and 20 are usual",
    });
  }
  const slope = betaMax - betaMin;
  const fromData = (t: Tensor1D): Tensor1D => sub(1, t);
  /** β = b′(s). */
  const rate = (t: Tensor1D): Tensor1D => add(mul(fromData(t), slope), betaMin);
  const exponent = (t: Tensor1D): Tensor1D => {
    const s = fromData(t);
    return mul(s, add(mul(s, slope / 2), betaMin));
  };
  const alpha = (t: Tensor1D): Tensor1D => exp(mul(exponent(t), -1 / 2));
  // 1 − α² = 1 − e^(−b), without cancellation near data.
  const sigma = (t: Tensor1D): Tensor1D => sqrt(neg(expm1(neg(exponent(t)))));
  const alphaRate = (t: Tensor1D): Tensor1D => mul(mul(alpha(t), rate(t)), 1 / 2);
  return {
    name: "variance-preserving",
    alpha,
    sigma,
    alphaRate,
    sigmaRate: (t) => neg(div(mul(alpha(t), alphaRate(t)), sigma(t))),
  };
}
