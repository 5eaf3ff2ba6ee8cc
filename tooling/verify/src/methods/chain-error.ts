import { type Tensor, tensor2d, tidy } from "@tensorflow/tfjs-core";
import { shift, slope, spread } from "./gaussian-chain.ts";

/** From −4 to 4, 1/4 apart: sums over them, weighted by e^(−x²/2), are means under N(0, 1) but for the tails. */
const nodes = Array.from({ length: 33 }, (_, i) => i / 4 - 4);

/**
 * How far a generator is from slope·y + shift ± deviation·z, as the root mean square over normal z and y in units of
 * `spread`. Both signs give the same law; the nearer one counts.
 */
export async function chainError(
  generate: (z: Tensor, y: Tensor) => Tensor,
  deviation: number,
): Promise<number> {
  const points = nodes.flatMap((z) => nodes.map((y) => [z, y] as const));
  const made = tidy(() => {
    const column = (of: 0 | 1) => tensor2d(points.map((point) => [point[of]]));
    return generate(column(0), column(1));
  });
  const values = await made.data();
  made.dispose();
  const distance = (sign: number): number => {
    let [sum, weights] = [0, 0];
    for (const [i, [z, y]] of points.entries()) {
      const weight = Math.exp(-(z ** 2 + y ** 2) / 2);
      const expected = slope * y + shift + sign * deviation * z;
      sum += weight * ((values[i] as number) - expected) ** 2;
      weights += weight;
    }
    return Math.sqrt(sum / weights);
  };
  return Math.min(distance(1), distance(-1)) / spread;
}
