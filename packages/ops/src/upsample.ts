import { add, concat, reshape, type Tensor } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { requireField, sliceAxis } from "./spatial.ts";

const upsampleDouble: Operation<{ x: Tensor }> = {
  kernelName: kernelNames.upsampleDouble,
  portable: ({ x }) => {
    const shape = x.shape.map((n, k) => (k === 0 || k === x.rank - 1 ? n : 2 * n));
    const [columns, channels] = x.shape.slice(-2) as [number, number];
    const flat = reshape(x, [-1, 1, columns, channels]);
    const wide = concat([flat, flat], 3);
    const planes = concat([wide, wide], 1);
    if (x.rank === 4) return reshape(planes, shape);
    const levels = reshape(planes, [(x.shape[0] as number) * (x.shape[1] as number), 1, -1]);
    return reshape(concat([levels, levels], 1), shape);
  },
  gradient: {
    gradFunc: (dy) => ({ x: () => runOperation(upsampleDoubleGradient, { dy }, {}) }),
  },
};

/** The sum of the even and the odd entries of axis 1. */
const addPairs = (x: Tensor): Tensor => add(sliceAxis(x, 1, 0, 1), sliceAxis(x, 1, 1, 1));

const upsampleDoubleGradient: Operation<{ dy: Tensor }> = {
  kernelName: kernelNames.upsampleDoubleGradient,
  portable: ({ dy }) => {
    const shape = dy.shape.map((n, k) => (k === 0 || k === dy.rank - 1 ? n : n / 2));
    const [columns, channels] = dy.shape.slice(-2) as [number, number];
    const levels = (dy.shape[0] as number) * (shape[1] as number);
    const planes = dy.rank === 4 ? dy : addPairs(reshape(dy, [levels, 2, -1]));
    const both = addPairs(reshape(planes, [-1, 2, columns / 2, 2 * channels]));
    const all = add(sliceAxis(both, 3, 0, channels), sliceAxis(both, 3, channels, channels));
    return reshape(all, shape);
  },
  gradient: {
    gradFunc: (ddx) => ({ dy: () => runOperation(upsampleDouble, { x: ddx }, {}) }),
  },
};

/**
 * Nearest-neighbour upsampling by 2 of a field `[batch, y, x, channel]` to `[batch, 2y, 2x, channel]`, or
 * `[batch, z, y, x, channel]` to `[batch, 2z, 2y, 2x, channel]`. The caller disposes the result.
 */
export function upsample(x: Tensor): Tensor {
  requireField(x, "upsample");
  return runOperation(upsampleDouble, { x }, {});
}
