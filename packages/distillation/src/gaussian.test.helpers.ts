import type { Batch, Params } from "@eddyflow/core";
import type { MeanVelocityNetwork, VelocityNetwork } from "@eddyflow/models";
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
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";

/**
 * The flow from noise N(0, 1) to data N(m, s²) in closed form: σ(t)² = (1 − t)² + t²s², v = m + A(t)(x − tm) with
 * A = σ′/σ, X = (t + δ)m + σ(t + δ)/σ(t)·(x − tm).
 */
export const m = 1.5;
export const s = 0.4;

export const along = (t: Tensor): Tensor => reshape(t, [-1, 1, 1, 1]);

export const batchOf = (step: number, count = 8): Batch => ({
  previous: null,
  next: tidy(() => add(m, mul(s, normalTensor(keyFor(3, "data", step), [count, 2, 2, 1])))),
});

const variance = (t: Tensor): Tensor => add(square(sub(1, t)), mul(square(t), s ** 2));

/** A(t) = (ts² − (1 − t))/σ(t)². */
export const rate = (t: Tensor): Tensor => div(sub(mul(t, s ** 2), sub(1, t)), variance(t));

/** By what `steps` midpoint steps of the teacher multiply x − tm from noise to data: about s. */
export const midpointFactor = async (steps: number): Promise<number> => {
  const width = 1 / steps;
  let product = 1;
  for (let i = 0; i < steps; i++) {
    const [early, middle] = await rate(tensor1d([i * width, (i + 0.5) * width])).data();
    product *= 1 + width * (middle as number) * (1 + (width / 2) * (early as number));
  }
  return product;
};

const velocityAt = (x: Tensor, t: Tensor): Tensor => add(m, mul(rate(t), sub(x, mul(t, m))));

/**
 * (X − x)/δ with σ(t + δ) − σ(t) = δ(δ − 2(1 − t) + s²(2t + δ))/(σ(t) + σ(t + δ)) put in, which keeps its digits for
 * small δ and is v at δ = 0.
 */
const meanVelocityAt = (x: Tensor, t: Tensor, delta: Tensor): Tensor => {
  const [from, to] = [sqrt(variance(t)), sqrt(variance(add(t, delta)))];
  const change = add(sub(delta, mul(2, sub(1, t))), mul(s ** 2, add(mul(2, t), delta)));
  return add(m, mul(div(change, mul(from, add(from, to))), sub(x, mul(t, m))));
};

/** v + θ. */
export const gaussian: VelocityNetwork = {
  init: () => ({ theta: scalar(0) }),
  apply: ({ theta }, x, _, t) => {
    const v = velocityAt(x, along(t));
    return theta === undefined ? v : add(v, theta);
  },
};

/** The exact mean velocity, plus a + bx + cδ. */
export const gaussianMean: MeanVelocityNetwork = {
  init: () => off({}),
  apply: ({ a, b, c }, x, _, t, delta) => {
    const exact = meanVelocityAt(x, along(t), along(delta));
    const wrong = add(add(mul(b as Tensor, x), a as Tensor), mul(c as Tensor, along(delta)));
    return add(exact, wrong);
  },
};

/** Parameters of `gaussianMean`: by how much it is wrong. */
export const off = ({
  a = 0,
  b = 0,
  c = 0,
}: {
  readonly a?: number;
  readonly b?: number;
  readonly c?: number;
}): Params => ({
  a: scalar(a),
  b: scalar(b),
  c: scalar(c),
});

export const numberOf = async (value: Tensor): Promise<number> => (await value.data())[0] as number;
