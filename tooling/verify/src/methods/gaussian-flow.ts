import type { Batch, Params } from "@eddyflow/core";
import { keyFor, normalTensor } from "@eddyflow/random";
import {
  add,
  div,
  mul,
  reshape,
  scalar,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
} from "@tensorflow/tfjs-core";

/** The data are points `[batch, 1]` from N(m, s²), the noise from N(0, 1). */
export const m = 1.5;
export const s = 0.5;

/** Points of data, without a condition. The caller disposes them. */
export const pointsOf = (step: number, count: number): Batch => ({
  previous: null,
  next: tidy(() => add(m, mul(s, normalTensor(keyFor(17, "data", step), [count, 1])))),
});

/** `[batch]` as `[batch, 1]`, which itself stays as it is. */
export const column = (t: Tensor): Tensor => reshape(t, [-1, 1]);

/** σ(t)² = (1 − t)² + t²s², the variance of x_t. */
const variance = (t: Tensor): Tensor => add(square(sub(1, t)), mul(square(t), s ** 2));

/** A(t) = σ′/σ = (ts² − (1 − t))/σ², the slope of the velocity in x. */
const slope = (t: Tensor): Tensor => div(sub(mul(t, s ** 2), sub(1, t)), variance(t));

/** The same for a number, in Float64. */
const slopeAt = (t: number): number => (t * s ** 2 - (1 - t)) / ((1 - t) ** 2 + (t * s) ** 2);

/** v = m + A(t)(x − tm). Times are `[batch, 1]`, here and below. */
export const exactVelocity = (x: Tensor, t: Tensor): Tensor =>
  add(m, mul(slope(t), sub(x, mul(t, m))));

/**
 * (X − x)/δ of the exact flow X = (t + δ)m + σ(t + δ)/σ(t)·(x − tm), with the difference σ(t + δ) − σ(t) =
 * δ(δ − 2(1 − t) + s²(2t + δ))/(σ(t) + σ(t + δ)) put in, which keeps its digits for small δ.
 */
export const exactMeanVelocity = (x: Tensor, t: Tensor, delta: Tensor): Tensor => {
  const [from, to] = [sqrt(variance(t)), sqrt(variance(add(t, delta)))];
  const change = add(sub(delta, mul(2, sub(1, t))), mul(s ** 2, add(mul(2, t), delta)));
  return add(m, mul(div(change, mul(from, add(from, to))), sub(x, mul(t, m))));
};

/** By what `steps` midpoint steps from t to t + δ multiply x − tm. */
export function midpointFactor(t: number, delta: number, steps: number): number {
  const width = delta / steps;
  return Array.from({ length: steps }, (_, i) => t + i * width).reduce(
    (product, from) =>
      product * (1 + width * slopeAt(from + width / 2) * (1 + (width / 2) * slopeAt(from))),
    1,
  );
}

/** The velocity field as a network without parameters: a teacher. */
export const exactTeacher = {
  init: (): Params => ({}),
  apply: (_: Params, x: Tensor, __: Tensor | null, t: Tensor1D): Tensor =>
    exactVelocity(x, column(t)),
};

/** Names of the parameters a, b, c of `disturbance`. */
export const disturbanceNames = ["a", "b", "c"] as const;

/**
 * A solution is disturbed in three directions, a + bx + ct, in all of which the gradient must vanish at 0. Where no time is
 * given to a network, t is what else it is given.
 */
export const disturbance = ({ a, b, c }: Params, x: Tensor, t: Tensor): Tensor =>
  add(add(mul(b as Tensor, x), a as Tensor), mul(c as Tensor, column(t)));

/** A solution that is not disturbed. */
export const undisturbed = (): Params =>
  Object.fromEntries(disturbanceNames.map((name) => [name, scalar(0)]));
