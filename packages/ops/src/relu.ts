import { mul, step, type Tensor, relu as tfRelu, zerosLike } from "@tensorflow/tfjs-core";
import { kernelNames } from "./kernel-names.ts";
import { type Operation, runOperation } from "./operation.ts";

export const rectifyGradient: Operation<{ dy: Tensor; y: Tensor }, [Tensor]> = {
  kernelName: kernelNames.rectifyGradient,
  portable: ({ dy, y }) => mul(dy, step(y)),
  gradient: {
    inputsToSave: ["y"],
    gradFunc: (ddx, [y]) => ({
      dy: () => runOperation(rectifyGradient, { dy: ddx, y }, {}),
      y: () => zerosLike(y),
    }),
  },
};

const rectify: Operation<{ x: Tensor }, [Tensor]> = {
  kernelName: kernelNames.rectify,
  portable: ({ x }) => tfRelu(x),
  gradient: {
    outputsToSave: [true],
    gradFunc: (dy, [y]) => ({
      x: () => runOperation(rectifyGradient, { dy, y }, {}),
    }),
  },
};

/** max(x, 0), elementwise, of any shape; its derivative at 0 is 0. The caller disposes the result. */
export function relu(x: Tensor): Tensor {
  return runOperation(rectify, { x }, {});
}
