import { flowMatching, l2 } from "@eddyflow/losses";
import { key } from "@eddyflow/random";
import { integrate, midpoint, uniformTimes } from "@eddyflow/samplers";
import { add } from "@tensorflow/tfjs-core";
import { atSolution, errorsFrom, largestErrors } from "./at-solution.ts";
import { column, disturbance, exactVelocity, s, undisturbed } from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedError } from "./trained-error.ts";

const exact = flowMatching(
  {
    init: undisturbed,
    apply: (params, x, _, t) => add(exactVelocity(x, column(t)), disturbance(params, x, t)),
  },
  { norm: l2() },
);
const sampling = { batches: 64, count: 4096 };

/**
 * Flow matching from N(0, 1) to N(m, s²). What is left at its minimum is the variance of x₁ − x₀ where x_t is known:
 * 1 + s² − (ts² − (1 − t))²/σ(t)² = s²/σ(t)², and ∫₀¹ s²/((1 − t)² + t²s²) dt = ∫₀^∞ s²/(1 + s²r²) dr = πs/2 with
 * r = t/(1 − t).
 */
export const velocityChecks: CheckGroup = {
  name: "velocity",
  checks: [
    {
      name: "loss at the exact velocity from πs/2, in standard errors",
      measure: async () => ({
        value: errorsFrom((Math.PI * s) / 2, (await atSolution(exact, sampling)).loss),
        bound: 4,
      }),
    },
    {
      name: "gradient at the exact velocity from 0, in standard errors",
      measure: async () => {
        const { gradient } = await atSolution(exact, sampling);
        return { value: largestErrors(gradient), bound: 4 };
      },
    },
    {
      name: "end points of a trained network from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(1);
        return trainedError({
          most,
          objective: flowMatching(network, { norm: l2() }),
          init: network.init(key(1)),
          // Its targets are noisy, where those of a teacher are not.
          steps: 6000,
          sample: (params, noise) =>
            integrate((x, y, t) => network.apply(params, x, y, t), noise, null, {
              tableau: midpoint,
              times: uniformTimes(50),
            }),
        });
      },
    },
  ],
};
