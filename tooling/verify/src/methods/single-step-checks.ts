import { type PathBatch, singleStep } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import type { VelocityNetwork } from "@eddyflow/models";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import { euler, integrate, midpoint, uniformTimes } from "@eddyflow/samplers";
import { add, mul, ones, type Tensor1D, tidy, zeros } from "@tensorflow/tfjs-core";
import { atSolution } from "./at-solution.ts";
import { disturbance, exactTeacher, m, midpointFactor, s, undisturbed } from "./gaussian-flow.ts";
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

/** The velocity at t = 0 of the line from x₀ to m + factor·x₀. */
const lineTo = (factor: number): VelocityNetwork => ({
  init: undisturbed,
  apply: (params, x, _, t) => add(add(m, mul(factor - 1, x)), disturbance(params, x, t)),
});
const exact = singleStep(lineTo(midpointFactor(0, 1, steps)), options);

/** Paths that were made before, by the flow itself: from x₀ to m + s·x₀. */
const keptPaths = (step: number, count: number): PathBatch => {
  const points = tidy(() => {
    const start = normalTensor(keyFor(41, "kept", step), [count, 1]);
    const [t, end] = [zeros([count]), ones([count])] as [Tensor1D, Tensor1D];
    return { next: add(m, mul(s, start)), start, t, end };
  });
  return { previous: null, ...points };
};
const exactOfKept = singleStep(lineTo(s), options);

/** Regression on the end points of a teacher's paths: eight midpoint steps in one Euler step. */
export const singleStepChecks: CheckGroup = {
  name: "single_step",
  checks: [
    ...zeroAt("the closed form of the teacher's steps", exact),
    {
      name: "loss at the exact map on paths of the flow that were kept, zero to rounding",
      measure: async () => ({
        value: (await atSolution(exactOfKept, { batchOf: keptPaths })).loss.mean,
        bound: 1e-10,
      }),
    },
    {
      name: "end points of a trained network in one Euler step from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(1);
        return trainedError({
          most,
          objective: singleStep(network, options),
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
