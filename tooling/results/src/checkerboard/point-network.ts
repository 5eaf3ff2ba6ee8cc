import type { Key, Params } from "@eddyflow/core";
import { copyParams, type MeanVelocityNetwork, type VelocityNetwork } from "@eddyflow/models";
import { normalTensor, split } from "@eddyflow/random";
import {
  add,
  concat,
  customGrad,
  erf,
  exp,
  matMul,
  mul,
  reshape,
  square,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";

const width = 512;
const hiddenLayers = 4;
const dimensions = 2;

/** x Φ(x), with Φ the distribution function of the standard normal law; the gradient is Φ(x) + x φ(x). */
const gelu = (x: Tensor): Tensor =>
  customGrad((...inputs) => {
    const [x, save] = inputs as [Tensor, (kept: Tensor[]) => void];
    const below = tidy(() => mul(add(erf(mul(x, Math.SQRT1_2)), 1), 0.5));
    save([x, below]);
    return {
      value: mul(x, below),
      gradFunc: (dy: Tensor, saved: Tensor[]) =>
        tidy(() => {
          const [x, below] = saved as [Tensor, Tensor];
          const density = mul(exp(mul(square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
          return mul(dy, add(below, mul(x, density)));
        }),
    };
  })(x);

const column = (t: Tensor1D): Tensor2D => reshape(t, [-1, 1]);

function layersOf(inputs: number) {
  const sizes = [inputs, ...new Array<number>(hiddenLayers).fill(width), dimensions];
  return sizes.slice(1).map((to, i) => ({ from: sizes[i] as number, to, i }));
}

function initial(inputs: number, key: Key): Params {
  const layers = layersOf(inputs);
  const keys = split(key, layers.length);
  return Object.fromEntries(
    layers.flatMap(({ from, to, i }) => [
      [
        `${i}.weight`,
        tidy(() => mul(normalTensor(keys[i] as Key, [from, to]), Math.sqrt(1 / from))),
      ],
      [`${i}.bias`, zeros([to])],
    ]),
  );
}

function evaluate(params: Params, inputs: readonly Tensor[]): Tensor {
  return tidy(() => {
    let hidden = concat([...inputs], 1);
    for (let i = 0; i <= hiddenLayers; i++) {
      const [weight, bias] = [params[`${i}.weight`], params[`${i}.bias`]] as [Tensor2D, Tensor];
      const linear = add(matMul(hidden as Tensor2D, weight), bias);
      hidden = i === hiddenLayers ? linear : gelu(linear);
    }
    return hidden;
  });
}

/** A velocity of points `[batch, 2]`: four hidden layers of 512 with GELU, told the flow time. */
export const pointVelocity: VelocityNetwork = {
  init: (key) => initial(dimensions + 1, key),
  apply: (params, x, _, t) => evaluate(params, [x, column(t)]),
};

/** The same, told an increment too: a mean velocity, or the corrector of a flow map. */
export const pointMap: MeanVelocityNetwork = {
  init: (key) => initial(dimensions + 2, key),
  apply: (params, x, _, t, delta) => evaluate(params, [x, column(t), column(delta)]),
};

/** Weights of `pointMap` that make what those of `pointVelocity` make, at every increment. */
export const mapFromVelocity = ({ "0.weight": first, ...others }: Params): Params => ({
  "0.weight": tidy(() => concat([first as Tensor, zeros([1, width])], 0)),
  ...copyParams(others),
});
