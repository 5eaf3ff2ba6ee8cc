import type { Params } from "@eddyflow/core";
import { incrementsBetween, progressive } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import { key } from "@eddyflow/random";
import { euler, integrate, midpoint } from "@eddyflow/samplers";
import { add, mul, sub, type Tensor, type Tensor1D } from "@tensorflow/tfjs-core";
import {
  column,
  disturbance,
  exactTeacher,
  m,
  midpointFactor,
  undisturbed,
} from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedError } from "./trained-error.ts";
import { zeroAt } from "./zero-at.ts";

const times = [0, 0.5, 1];
const substeps = 4;
const options = {
  teacher: exactTeacher,
  increments: incrementsBetween(times),
  substeps,
  tableau: midpoint,
  norm: l2(),
};

/** (P − 1)/Δ at t = 0 and t = ½, with P the factor of the teacher's midpoint steps over Δ = ½. */
const [early, late] = [0, 0.5].map((t) => (midpointFactor(t, 0.5, substeps) - 1) / 0.5) as [
  number,
  number,
];
const exact = progressive(
  {
    init: undisturbed,
    apply: (params: Params, x: Tensor, _: Tensor | null, time: Tensor1D) => {
      const t = column(time);
      const rate = add(early, mul(t, 2 * (late - early)));
      return add(add(m, mul(rate, sub(x, mul(t, m)))), disturbance(params, x, time));
    },
  },
  options,
);

/** Progressive distillation of four midpoint steps into one Euler step, twice. */
export const velocityPdChecks: CheckGroup = {
  name: "velocity_pd",
  checks: [
    ...zeroAt("the closed form of the teacher's steps", exact),
    {
      name: "end points of a trained network in two evaluations from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(1);
        return trainedError({
          most,
          objective: progressive(network, options),
          init: network.init(key(1)),
          sample: (params, noise) =>
            integrate((x, y, t) => network.apply(params, x, y, t), noise, null, {
              tableau: euler,
              times,
            }),
        });
      },
    },
  ],
};
