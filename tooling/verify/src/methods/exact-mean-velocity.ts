import type { Params } from "@eddyflow/core";
import type { MeanVelocityNetwork } from "@eddyflow/models";
import { meanVelocityMap } from "@eddyflow/models";
import { add, fill, type Tensor, type Tensor1D } from "@tensorflow/tfjs-core";
import { column, disturbance, exactMeanVelocity, undisturbed } from "./gaussian-flow.ts";

/** The mean velocity of the exact flow, disturbed. */
export const exactMeanNetwork: MeanVelocityNetwork = {
  init: undisturbed,
  apply: (params, x, _, t, delta) =>
    add(exactMeanVelocity(x, column(t), column(delta)), disturbance(params, x, t)),
};

/** From noise to data in one evaluation of a mean velocity. */
export const inOneJump =
  (network: MeanVelocityNetwork) =>
  (params: Params, noise: Tensor): Tensor =>
    meanVelocityMap(network, params)(
      noise,
      null,
      fill([noise.shape[0] as number], 0) as Tensor1D,
      1,
    );
