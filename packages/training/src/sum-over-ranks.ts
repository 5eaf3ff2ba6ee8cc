import type { Params } from "@eddyflow/core";
import type { Communicator } from "@eddyflow/parallel";
import {
  concat,
  dispose,
  mul,
  reshape,
  type Scalar,
  type Tensor,
  tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import type { Differentiated } from "./in-parts.ts";

/**
 * The loss, its terms and its gradient over all ranks of what each has for its own rows: Σᵣ shareᵣ · ownᵣ, the same to the
 * bit in every rank. They travel as one buffer. Consumes what it gets.
 *
 * @param share - of the batch's rows that are this rank's.
 */
export async function sumOverRanks(
  own: Differentiated,
  { allReduceSum }: Communicator,
  share: number,
): Promise<Differentiated> {
  const names = { terms: Object.keys(own.terms), gradients: Object.keys(own.gradients) };
  const parts: readonly Tensor[] = [
    own.loss,
    ...names.terms.map((name) => own.terms[name] as Scalar),
    ...names.gradients.map((name) => own.gradients[name] as Tensor),
  ];
  const packed = tidy(() =>
    mul(
      concat(
        parts.map((part) => reshape(part, [part.size])),
        0,
      ),
      share,
    ),
  );
  const values = (await packed.data<"float32">()) as Float32Array;
  packed.dispose();
  dispose([...parts]);
  await allReduceSum(values);
  let from = 0;
  const [loss, ...others] = parts.map(({ shape, size }) => {
    from += size;
    return tensor(values.subarray(from - size, from), shape, "float32");
  });
  const named = <Values>(list: readonly string[], first: number) =>
    Object.fromEntries(list.map((name, i) => [name, others[first + i]])) as Values;
  return {
    loss: loss as Scalar,
    terms: named<Differentiated["terms"]>(names.terms, 0),
    gradients: named<Params>(names.gradients, names.terms.length),
  };
}
