import { add, concat, reshape, type Tensor } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";
import { requireField, sliceAxis } from "./spatial.ts";

const upsampleDouble: Operation<{ x: Tensor }> = {
  kernelName: kernelNames.upsampleDouble,
  portable: ({ x }) => {
    const [batch, rows, columns, channels] = x.shape as [number, number, number, number];
    const flat = reshape(x, [batch * rows, 1, columns, channels]);
    const wide = concat([flat, flat], 3);
    return reshape(concat([wide, wide], 1), [batch, 2 * rows, 2 * columns, channels]);
  },
  gradient: {
    gradFunc: (dy) => ({ x: () => runOperation(upsampleDoubleGradient, { dy }, {}) }),
  },
};

const upsampleDoubleGradient: Operation<{ dy: Tensor }> = {
  kernelName: kernelNames.upsampleDoubleGradient,
  portable: ({ dy }) => {
    const [batch, rows, columns, channels] = dy.shape as [number, number, number, number];
    const windows = reshape(dy, [(batch * rows) / 2, 2, columns / 2, 2 * channels]);
    const both = add(sliceAxis(windows, 1, 0, 1), sliceAxis(windows, 1, 1, 1));
    const four = add(sliceAxis(both, 3, 0, channels), sliceAxis(both, 3, channels, channels));
    return reshape(four, [batch, rows / 2, columns / 2, channels]);
  },
  gradient: {
    gradFunc: (ddx) => ({ dy: () => runOperation(upsampleDouble, { x: ddx }, {}) }),
  },
};

/**
 * Nearest-neighbour upsampling by 2 of a field `[batch, y, x, channel]` to `[batch, 2y, 2x, channel]`. The
 * caller disposes the result.
 */
export function upsample(x: Tensor): Tensor {
  requireField(x, "upsample");
  return runOperation(upsampleDouble, { x }, {});
}
