import type { BenchmarkedNetwork } from "./networks.ts";

/** Floating-point operations of one sample, a multiplication and its addition counted as two. */
export interface NetworkFlops {
  readonly forward: number;
  /** Forward, gradients of all weights, and of all inputs but the network's own. */
  readonly step: number;
}

/**
 * Counts what the convolutions of a velocity network compute; all else is less than a hundredth. A block
 * on n points per axis has a 3ᵈ convolution onto n + 2 points, one onto n and a 1ᵈ convolution onto n.
 */
export function networkFlops({ description, shape }: BenchmarkedNetwork): NetworkFlops {
  const { features, stateChannels, conditionChannels } = description;
  const inputs = stateChannels + conditionChannels + 1;
  const rank = shape.length;
  /** At a level, with `first` for the block whose input needs no gradient. */
  const block = (level: number, from: number, to: number, first = false) => {
    const points = shape.map((n) => n / 2 ** level);
    const count = (extra: number) => points.reduce((product, n) => product * (n + extra), 1);
    const entry = 2 * (count(2) * 3 ** rank + count(0)) * from * to;
    const inner = 2 * count(0) * 3 ** rank * to * to;
    return { forward: entry + inner, step: entry * (first ? 2 : 3) + inner * 3 };
  };
  const finest = features[0] as number;
  const depth = features.length - 1;
  const blocks = [
    block(0, inputs, finest, true),
    block(depth, features[depth] as number, features[depth] as number),
    block(0, finest, stateChannels),
    ...features.slice(1).flatMap((wide, level) => {
      const narrow = features[level] as number;
      return [
        block(level, narrow, wide),
        block(level, wide, narrow),
        block(level, 2 * narrow, narrow),
      ];
    }),
  ];
  return {
    forward: blocks.reduce((sum, { forward }) => sum + forward, 0),
    step: blocks.reduce((sum, { step }) => sum + step, 0),
  };
}
