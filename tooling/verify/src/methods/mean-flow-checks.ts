import { type MeanFlowOptions, meanFlow } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import { key } from "@eddyflow/random";
import { atSolution, largest } from "./at-solution.ts";
import { exactMeanNetwork, inOneJump } from "./exact-mean-velocity.ts";
import { exactTeacher } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedError } from "./trained-error.ts";

const exact = (options: Partial<MeanFlowOptions> = {}) =>
  meanFlow(exactMeanNetwork, exactTeacher, { norm: l2(), ...options });

/** Mean flows, distilled. With c = .1 the loss is 100 times the mean square of the residual where that is small. */
export const meanFlowChecks: CheckGroup = {
  name: "mean_flow",
  checks: [
    {
      name: "loss at the exact map, of order h⁴/c² and (1e-7/hc)²",
      measure: async () => ({ value: (await atSolution(exact())).loss.mean, bound: 1e-6 }),
    },
    {
      name: "order of the residual in h from 2",
      measure: async () => {
        const lossAt = async (step: number) =>
          (await atSolution(exact({ step, normalisation: 100 }))).loss.mean;
        const ratio = (await lossAt(0.08)) / (await lossAt(0.04));
        return { value: Math.abs(Math.log2(ratio) / 2 - 2), bound: 0.3 };
      },
    },
    {
      name: "gradient at the exact map, of order h²/c",
      measure: async () => ({ value: largest((await atSolution(exact())).gradient), bound: 1e-3 }),
    },
    {
      name: "end points of a trained network in one evaluation from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(2);
        return trainedError({
          most,
          objective: meanFlow(network, exactTeacher, { norm: l2(), warmUp: 500 }),
          init: network.init(key(1)),
          sample: inOneJump(network),
          // What is right at small δ has to spread to δ = 1.
          steps: 6000,
          learningRate: 1e-2,
        });
      },
    },
  ],
};
