import type { ParamSets, Params } from "@eddyflow/core";
import { type RolloutCrpsOptions, rolloutCrps } from "@eddyflow/distillation";
import { paramsOf } from "@eddyflow/losses";
import { key } from "@eddyflow/random";
import { add, dispose, mul, type Tensor } from "@tensorflow/tfjs-core";
import { computedOnce } from "../check.ts";
import { atSolution, errorsFrom, largestErrors } from "./at-solution.ts";
import { chainError } from "./chain-error.ts";
import { chainsOf, meanAfter, spread, spreadAfter } from "./gaussian-chain.ts";
import { disturbance } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedAverage } from "./trained-average.ts";

const length = 3;
const options = { members: 2, alpha: 1, length: () => length };

/** The truth's own next state, disturbed by a + bz + cy. */
const exactNext = (sets: ParamSets, z: Tensor, y: Tensor): Tensor =>
  add(add(meanAfter(y), mul(spread, z)), disturbance(paramsOf(sets, "student"), z, y));

const sampling = { batches: 64, count: 1024, batchOf: chainsOf(length) };
const at = (changed: Pick<RolloutCrpsOptions, "gradient"> & Partial<RolloutCrpsOptions>) =>
  atSolution(rolloutCrps(exactNext, { ...options, ...changed }), sampling);

/**
 * The mean over the scored steps of the almost fair CRPS of members with the truth's own law, (2 − q)σₖ/√π with
 * q = 1 − (1 − α)/M; of the fair one unless q is given.
 */
const expected = (steps: readonly number[], q = 1): number =>
  ((2 - q) * steps.reduce((sum, k) => sum + spreadAfter(k), 0)) / steps.length / Math.sqrt(Math.PI);

const atTruth = (
  gradient: RolloutCrpsOptions["gradient"],
  steps: readonly number[],
): CheckGroup["checks"] => {
  const found = computedOnce(() => at({ gradient }));
  return [
    {
      name: `loss at the truth's law through ${gradient} of three steps from its minimum, in standard errors`,
      measure: async () => ({ value: errorsFrom(expected(steps), (await found()).loss), bound: 4 }),
    },
    {
      name: `gradient there through ${gradient} of three steps from 0, in standard errors`,
      measure: async () => {
        const slopes = (await found()).gradient;
        return { value: largestErrors(slopes), bound: 4 };
      },
    },
  ];
};

/**
 * Rollouts of a chain whose state k steps later has the variance σₖ² = spread²·(1 + slope² + … + slope^(2k − 2)). The fair
 * CRPS is least at the truth's own law at every step.
 */
export const rolloutCrpsChecks: CheckGroup = {
  name: "rollout_crps",
  checks: [
    ...atTruth("all", [1, 2, 3]),
    ...atTruth("last", [3]),
    {
      name: "loss of 3 members with α = .5 at the truth's law from its closed form, in standard errors",
      measure: async () => {
        const { loss } = await at({ gradient: "all", members: 3, alpha: 0.5 });
        return { value: errorsFrom(expected([1, 2, 3], 1 - 0.5 / 3), loss), bound: 4 };
      },
    },
    {
      name: "mean and deviation of members of a network trained beside a wrong generator, over the deviation",
      trains: true,
      measure: async (most) => {
        const network = pointNetwork(1);
        const generate = (params: Params, z: Tensor, y: Tensor): Tensor => {
          const wrong = add(add(mul(0.6, y), mul(0.7, z)), 0.2);
          return add(wrong, network.apply(params, z, null, y));
        };
        const steps = 3000;
        const params = await trainedAverage({
          most,
          objective: rolloutCrps((sets, z, y) => generate(paramsOf(sets, "student"), z, y), {
            ...options,
            gradient: "all",
            length: (step) => 1 + Math.floor((step * length) / steps),
          }),
          init: network.init(key(1)),
          batchOf: chainsOf(length),
          steps,
        });
        const value = await chainError((z, y) => generate(params, z, y), spread);
        dispose(params);
        return { value, bound: 0.02 };
      },
    },
  ],
};
