import {
  div,
  exp,
  matMul,
  mul,
  reshape,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from "@tensorflow/tfjs-core";
import { meanAfter, spread } from "./gaussian-chain.ts";

/** From −4 to 4, 1/4 apart: sums over them, weighted by e^(−x²/2), are means under N(0, 1) but for the tails. */
const nodes = Array.from({ length: 33 }, (_, i) => i / 4 - 4);

/**
 * How far the states that a generator G(z, y) makes of normal z are from the mean of the next state and from a deviation:
 * the larger of both distances, as the root mean square over normal y, in units of `spread`.
 */
export async function chainError(
  generate: (z: Tensor, y: Tensor) => Tensor,
  deviation: number,
): Promise<number> {
  const errors = tidy(() => {
    const x = tensor2d(nodes.map((node) => [node]));
    const density = exp(mul(square(x), -0.5));
    const weights = div<Tensor2D>(density, sum(density));
    /** Over z of `[y, z]`, as `[y, 1]`; over y of that, as `[1, 1]`. */
    const meanOf = (values: Tensor): Tensor =>
      values.shape[1] === 1
        ? matMul(values as Tensor2D, weights, true)
        : matMul(values as Tensor2D, weights);
    const pairs = nodes.flatMap((y) => nodes.map((z) => [z, y] as const));
    const column = (of: 0 | 1) => tensor2d(pairs.map((pair) => [pair[of]]));
    const made = reshape(generate(column(0), column(1)), [nodes.length, nodes.length]);
    const center = meanOf(made);
    const found = sqrt(meanOf(square(sub(made, center))));
    return [sub(center, meanAfter(x)), sub(found, deviation)].map((error) =>
      sqrt(meanOf(square(error))),
    );
  });
  const values = await Promise.all(errors.map(async (each) => (await each.data())[0] as number));
  for (const error of errors) error.dispose();
  return Math.max(...values) / spread;
}
