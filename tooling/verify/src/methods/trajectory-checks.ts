import { type PathBatch, pathPairs, trajectory } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import type { MeanVelocityNetwork } from "@eddyflow/models";
import { key, keyFor, normalTensor } from "@eddyflow/random";
import { midpoint, uniformTimes } from "@eddyflow/samplers";
import {
  add,
  cast,
  div,
  gather,
  mul,
  round,
  sub,
  type Tensor,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import { atSolution } from "./at-solution.ts";
import { exactMeanNetwork, inOneJump } from "./exact-mean-velocity.ts";
import {
  column,
  disturbance,
  exactTeacher,
  m,
  midpointFactor,
  s,
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
  // Half of the pairs are noise and end, the others any two points.
  pairs: pathPairs({ steps, share: 0.5 }),
};

/** By what the teacher's first i steps multiply noise. */
const factors = Array.from({ length: steps + 1 }, (_, i) => midpointFactor(0, i / steps, i));
const factorAt = (t: Tensor): Tensor =>
  gather(tensor1d(factors), cast(round(mul(steps, t)), "int32"));

/** (Pⱼ/Pᵢ·(x − tᵢm) + tⱼm − x)/δ = m + (Pⱼ/Pᵢ − 1)(x − tᵢm)/δ, at the times of the teacher's steps. */
const betweenPoints: MeanVelocityNetwork = {
  init: undisturbed,
  apply: (params, x, _, time, increment) => {
    const [t, delta] = [column(time), column(increment)];
    const ratio = div(factorAt(add(t, delta)), factorAt(t));
    const change = mul(sub(ratio, 1), sub(x, mul(t, m)));
    return add(add(m, div(change, delta)), disturbance(params, x, time));
  },
};
const exact = trajectory(betweenPoints, options);

/** Pairs of points of paths that were made before, by the flow itself: tm + σ(t)x₀. */
const keptPaths = (step: number, count: number): PathBatch => {
  const { from, to } = options.pairs(keyFor(41, "pairs", step), count);
  const timesOf = (points: Uint32Array) => Array.from(points, (i) => i / steps);
  const [t, end] = [timesOf(from), timesOf(to)];
  const points = tidy(() => {
    const noise = normalTensor(keyFor(41, "kept", step), [count, 1]);
    const at = (times: readonly number[]) => {
      const deviation = times.map((time) => Math.hypot(1 - time, time * s));
      const centre = times.map((time) => time * m);
      return add(column(tensor1d(centre)), mul(column(tensor1d(deviation)), noise));
    };
    return { next: at(end), start: at(t), t: tensor1d(t), end: tensor1d(end) };
  });
  return { previous: null, ...points };
};
const exactOfKept = trajectory(exactMeanNetwork, options);

/** Regression on pairs of points of a teacher's paths, into a flow map. */
export const trajectoryChecks: CheckGroup = {
  name: "trajectory",
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
      name: "end points of a trained network in one evaluation from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(2);
        return trainedError({
          most,
          objective: trajectory(network, options),
          init: network.init(key(1)),
          sample: inOneJump(network),
        });
      },
    },
  ],
};
