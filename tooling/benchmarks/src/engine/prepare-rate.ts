import { convolution } from "@eddyflow/ops";
import { keyFor, normalTensor } from "@eddyflow/random";
import { matMul, type Tensor, type Tensor2D, zeros } from "@tensorflow/tfjs-core";
import type { Work } from "../protocol.ts";
import type { Prepared } from "./prepared.ts";

type WorkOf<Kind extends Work["kind"]> = Extract<Work, { readonly kind: Kind }>;

const timed = (compute: () => Tensor): Prepared => ({
  difference: null,
  run: async () => {
    const result = compute();
    await result.data();
    result.dispose();
  },
});

export function prepareProduct({ size }: WorkOf<"product">): Prepared {
  const factor = normalTensor(keyFor(0, "factor", 0), [size, size]) as Tensor2D;
  return timed(() => matMul(factor, factor));
}

export function prepareConvolution({ batch, points, channels }: WorkOf<"convolution">): Prepared {
  const x = normalTensor(keyFor(0, "x", 0), [batch, points + 2, points + 2, channels]);
  const weight = normalTensor(keyFor(0, "weight", 0), [3, 3, channels, channels]);
  const bias = zeros([channels]);
  return timed(() => convolution(x, weight, bias));
}
