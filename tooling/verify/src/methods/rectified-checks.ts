import { rectified } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import { key } from "@eddyflow/random";
import { euler, integrate, midpoint, uniformTimes } from "@eddyflow/samplers";
import { add, div, mul, sub } from "@tensorflow/tfjs-core";
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

const steps = 8;
const options = {
  teacher: exactTeacher,
  tableau: midpoint,
  times: uniformTimes(steps),
  norm: l2(),
};

/** The lines lead from z to m + Pz: their velocity m + (P − 1)z, with z = (x − tm)/(1 − t + tP). */
const product = midpointFactor(0, 1, steps);
const exact = rectified(
  {
    init: undisturbed,
    apply: (params, x, _, time) => {
      const t = column(time);
      const noise = div(sub(x, mul(t, m)), add(sub(1, t), mul(t, product)));
      return add(add(m, mul(product - 1, noise)), disturbance(params, x, time));
    },
  },
  options,
);

/** Reflow: lines from noise to end points of a monotone map do not cross, so that one Euler step follows them. */
export const rectifiedChecks: CheckGroup = {
  name: "rectified",
  checks: [
    ...zeroAt("the velocity of the teacher's lines", exact),
    {
      name: "end points of a trained network in one Euler step from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(1);
        return trainedError({
          most,
          objective: rectified(network, options),
          init: network.init(key(1)),
          sample: (params, noise) =>
            integrate((x, y, t) => network.apply(params, x, y, t), noise, null, {
              tableau: euler,
              times: [0, 1],
            }),
        });
      },
    },
  ],
};
