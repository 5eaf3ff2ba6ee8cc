import { realFft } from "@eddyflow/ops";
import { keyFor, normalTensor } from "@eddyflow/random";
import { add, mean, type Scalar, square, type Tensor, valueAndGrad } from "@tensorflow/tfjs-core";
import type { Work } from "../protocol.ts";
import type { Prepared } from "./prepared.ts";
import { agree } from "./reference-file.ts";

type SpectralLossWork = Extract<Work, { readonly kind: "spectralLoss" }>;

export async function prepareSpectralLoss(
  { batch, shape }: SpectralLossWork,
  file: string,
): Promise<Prepared> {
  const x = normalTensor(keyFor(0, "x", 0), [batch, ...shape, 4]);
  const differentiate = valueAndGrad((field: Tensor) => {
    const { re, im } = realFft(field);
    return mean(add(square(re), square(im))) as Scalar;
  });
  const { value, grad } = differentiate(x);
  const difference = await agree(file, {}, { x, output: grad });
  value.dispose();
  grad.dispose();
  return {
    difference,
    run: async () => {
      const result = differentiate(x);
      await result.grad.data();
      result.value.dispose();
      result.grad.dispose();
    },
  };
}
