import { perSample } from "@eddyflow/ops";
import { add, concat, mul, sub, type Tensor, tensor1d, zeros } from "@tensorflow/tfjs-core";
import { restOfBatch } from "./rest-of-batch.ts";
import { threePointDifference } from "./three-point-difference.ts";

export interface SlopeTimesIncrementOptions {
  /** f(0), `[batch, ...space, channel]`. */
  readonly here: Tensor;
  /** δ per sample. */
  readonly delta: Float32Array;
  /** The number of first samples with δ = 0, of which nothing is evaluated. */
  readonly still: number;
  /** h. */
  readonly step: number;
  /** How far below and above 0 the function of a sample is known. */
  readonly room: (sample: number) => readonly [below: number, above: number];
  /** Where a node of a sample comes to lie in float32. */
  readonly rounded?: (sample: number, node: number) => number;
  /** f at one node per sample, those with δ = 0 left out. */
  readonly evaluate: (nodes: readonly number[]) => Tensor;
}

/**
 * δ f′(0) for each sample of a batch, of second order in the step: two evaluations of the samples with δ > 0, and
 * zero for the others. To be called inside a tidy.
 */
export function slopeTimesIncrement({
  here,
  delta,
  still,
  step,
  room,
  rounded = (_, node) => node,
  evaluate,
}: SlopeTimesIncrementOptions): Tensor {
  const moving = Array.from(delta.subarray(still), (_, i) =>
    threePointDifference(room(still + i), step, (node) => rounded(still + i, node)),
  );
  if (moving.length === 0) return zeros(here.shape);
  const from = restOfBatch(here, still);
  const [ofA, ofB] = ([0, 1] as const).map((which) => {
    // As a difference, which is exact in float32 where it is small.
    const change = sub(evaluate(moving.map(({ nodes }) => nodes[which])), from);
    const factors = moving.map(({ weights }, i) => (delta[still + i] as number) * weights[which]);
    return mul(perSample(tensor1d(factors), change), change);
  }) as [Tensor, Tensor];
  const slope = add(ofA, ofB);
  return still === 0 ? slope : concat([zeros([still, ...slope.shape.slice(1)]), slope], 0);
}
