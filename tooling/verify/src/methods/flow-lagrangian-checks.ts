import { flowLagrangian, type LagrangianOptions } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import { key } from "@eddyflow/random";
import { atSolution, largest } from "./at-solution.ts";
import { exactMeanNetwork, inOneJump } from "./exact-mean-velocity.ts";
import { exactTeacher } from "./gaussian-flow.ts";
import type { CheckGroup, MethodCheck } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedError } from "./trained-error.ts";

const exact = (options: Partial<LagrangianOptions> = {}) =>
  flowLagrangian(exactMeanNetwork, exactTeacher, { norm: l2(), ...options });

const trained = (start: "path" | "noise"): MethodCheck => ({
  name: `end points of a network trained from ${start} in one evaluation from the exact map, over s`,
  trains: true,
  measure: (most) => {
    const network = pointNetwork(2);
    return trainedError({
      most,
      objective: flowLagrangian(network, exactTeacher, { norm: l2(), start, diagonal: 0.25 }),
      init: network.init(key(1)),
      sample: inOneJump(network),
      // What is right at small δ has to spread to δ = 1.
      steps: 6000,
      learningRate: 1e-2,
    });
  },
});

/** Lagrangian distillation. Its difference is of second order, so that the loss at the exact map is of the fourth. */
export const flowLagrangianChecks: CheckGroup = {
  name: "flow_lagrangian",
  checks: [
    {
      name: "loss at the exact map, of order h⁴ and (1e-7/h)²",
      measure: async () => ({ value: (await atSolution(exact())).loss.mean, bound: 1e-8 }),
    },
    {
      name: "order of the residual in h from 2",
      measure: async () => {
        const [coarse, fine] = [
          (await atSolution(exact({ step: 0.08 }))).loss.mean,
          (await atSolution(exact({ step: 0.04 }))).loss.mean,
        ];
        return { value: Math.abs(Math.log2(coarse / fine) / 2 - 2), bound: 0.3 };
      },
    },
    {
      name: "gradient at the exact map, of order h²",
      measure: async () => ({ value: largest((await atSolution(exact())).gradient), bound: 1e-4 }),
    },
    trained("path"),
    trained("noise"),
  ],
};
