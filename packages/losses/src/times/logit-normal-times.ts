import { ArgumentError, type Key } from "@eddyflow/core";
import { normal } from "@eddyflow/random";

export interface LogitNormalTimesOptions {
  /** Mean of ln(t/(1 − t)); 0 by default: the median of t is 1/(1 + e^(−μ)), so that μ < 0 leans to noise. */
  readonly mu?: number;
  /** Its standard deviation, positive; 1 by default. Small ones gather t around its median. */
  readonly sigma?: number;
}

/**
 * Flow times t = 1/(1 + e^(−(μ + σn))) with n ~ N(0, 1): more of them in the middle, where the velocity is hardest to
 * learn, and hardly any at the ends. P(t ≤ q) = Φ((ln(q/(1 − q)) − μ)/σ). Give the function to `flowMatching` as its
 * `times`.
 *
 * Source: Esser et al., "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis" (ICML 2024), equation
 * (19), with μ = 0 and σ = 1.
 *
 * @throws ArgumentError unless μ is finite and σ is positive and finite.
 */
export function logitNormalTimes({
  mu = 0,
  sigma = 1,
}: LogitNormalTimesOptions = {}): (key: Key, count: number) => Float32Array {
  if (!(Number.isFinite(mu) && sigma > 0 && Number.isFinite(sigma))) {
    throw new ArgumentError({
      problem: `flow times cannot be logit-normal with mu = ${mu} and sigma = ${sigma}`,
      expected: "a number, and a positive number",
      remedy: "give mu: 0 and sigma: 1, or others",
    });
  }
  return (key, count) => normal(key, count).map((n) => 1 / (1 + Math.exp(-(mu + sigma * n))));
}
