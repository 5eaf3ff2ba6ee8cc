import type { Key, Params } from "@eddyflow/core";
import { normalTensor, split } from "@eddyflow/random";
import {
  add,
  concat,
  matMul,
  mul,
  sigmoid,
  type Tensor,
  type Tensor2D,
  tidy,
  zeros,
} from "@tensorflow/tfjs-core";
import { column } from "./gaussian-flow.ts";

const width = 64;

/**
 * A network on points `[batch, 1]` that reads x and any number of times, or what else has one number per point: two hidden
 * layers of 64 with x·sigmoid(x). An objective may give it more than that, as an increment to a velocity: it has no use for
 * the rest.
 */
export function pointNetwork(times: number): {
  readonly init: (key: Key) => Params;
  readonly apply: (params: Params, x: Tensor, y: Tensor | null, ...times: Tensor[]) => Tensor;
} {
  const sizes = [1 + times, width, width, 1];
  const layers = sizes.slice(1).map((out, i) => ({ from: sizes[i] as number, out, i }));
  return {
    init: (key) => {
      const keys = split(key, layers.length);
      return Object.fromEntries(
        layers.flatMap(({ from, out, i }) => [
          [
            `${i}.weight`,
            tidy(() => mul(normalTensor(keys[i] as Key, [from, out]), Math.sqrt(1 / from))),
          ],
          [`${i}.bias`, zeros([out])],
        ]),
      );
    },
    apply: (params, x, _, ...given) =>
      tidy(() => {
        let hidden = concat([x, ...given.slice(0, times).map(column)], 1);
        for (const { i } of layers) {
          const [weight, bias] = [params[`${i}.weight`], params[`${i}.bias`]] as [Tensor2D, Tensor];
          const linear = add(matMul(hidden as Tensor2D, weight), bias);
          hidden = i === layers.length - 1 ? linear : mul(linear, sigmoid(linear));
        }
        return hidden;
      }),
  };
}
