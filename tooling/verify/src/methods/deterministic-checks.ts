import { l2, regression } from "@eddyflow/losses";
import type { DirectNetwork } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import { add, dispose, square, type Tensor } from "@tensorflow/tfjs-core";
import { computedOnce } from "../check.ts";
import { atSolution, errorsFrom, largestErrors } from "./at-solution.ts";
import { chainError } from "./chain-error.ts";
import { chainsOf, meanAfter, spread } from "./gaussian-chain.ts";
import { disturbance, undisturbed } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedAverage } from "./trained-average.ts";

/** The mean of the next state, disturbed by a + by + cy². */
const exactPredictor: DirectNetwork = {
  init: undisturbed,
  apply: (params, _, y) =>
    add(meanAfter(y as Tensor), disturbance(params, y as Tensor, square(y as Tensor))),
};
const exact = regression(exactPredictor, { norm: l2() });
const found = computedOnce(() =>
  atSolution(exact, { batches: 64, count: 4096, batchOf: chainsOf(1) }),
);

/** Regression on the next state: what is left at the conditional mean is the variance spread² of the states that can follow. */
export const deterministicChecks: CheckGroup = {
  name: "deterministic",
  checks: [
    {
      name: "loss at the conditional mean from the conditional variance, in standard errors",
      measure: async () => ({
        value: errorsFrom(spread ** 2, (await found()).loss),
        bound: 4,
      }),
    },
    {
      name: "gradient at the conditional mean from 0, in standard errors",
      measure: async () => {
        const { gradient } = await found();
        return { value: largestErrors(gradient), bound: 4 };
      },
    },
    {
      name: "next state of a trained network from the conditional mean, over the deviation",
      trains: true,
      measure: async (most) => {
        const network = pointNetwork(0);
        const predictor: DirectNetwork = {
          init: network.init,
          apply: (params, _, y) => network.apply(params, y as Tensor, null),
        };
        const params = await trainedAverage({
          most,
          objective: regression(predictor, { norm: l2() }),
          init: predictor.init(key(1)),
          batchOf: chainsOf(1),
          // Its targets are noisy, where those of a teacher are not.
          steps: 6000,
        });
        const value = await chainError((z, y) => predictor.apply(params, z, y), 0);
        dispose(params);
        return { value, bound: 0.02 };
      },
    },
  ],
};
