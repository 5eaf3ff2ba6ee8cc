import { dyadicIncrements, type IncrementDistribution, semigroup } from "@eddyflow/distillation";
import { l2 } from "@eddyflow/losses";
import { flowMap } from "@eddyflow/models";
import { key } from "@eddyflow/random";
import { add, div, fill, mul, sub, type Tensor1D } from "@tensorflow/tfjs-core";
import { atSolution, errorsFrom } from "./at-solution.ts";
import {
  column,
  disturbance,
  exactMeanVelocity,
  exactTeacher,
  exactVelocity,
  midpointFactor,
  s,
  undisturbed,
} from "./gaussian-flow.ts";
import type { CheckGroup } from "./method-check.ts";
import { pointNetwork } from "./point-network.ts";
import { trainedError } from "./trained-error.ts";
import { zeroAt } from "./zero-at.ts";

/** φ = (u − (1 − δ)v)/δ, with u the exact mean velocity. */
const exactCorrector = {
  init: undisturbed,
  apply: (...[params, x, , t, delta]: Parameters<ReturnType<typeof pointNetwork>["apply"]>) => {
    const [from, width] = [column(t as Tensor1D), column(delta as Tensor1D)];
    const u = exactMeanVelocity(x, from, width);
    const v = exactVelocity(x, from);
    const correction = div(sub(u, mul(sub(1, width), v)), width);
    return add(correction, disturbance(params, x, t as Tensor1D));
  },
};

const levels = dyadicIncrements({ levels: 4 });

/** The levels, as far as they are wanted; the trial draws of the objective see them all. */
const levelsWhere = (isWanted: (delta: number) => boolean): IncrementDistribution => ({
  ...levels,
  draw: (forDraws, count) => {
    const { t, delta } = levels.draw(forDraws, 4 * count);
    const wanted = Array.from(delta.keys()).filter((i) => isWanted(delta[i] as number));
    if (count > 4000) return levels.draw(forDraws, count);
    const pick = (from: Float32Array) =>
      Float32Array.from({ length: count }, (_, i) => from[wanted[i] as number] as number);
    return { t: pick(t), delta: pick(delta) };
  },
});

const exact = (isWanted: (delta: number) => boolean) =>
  semigroup(exactCorrector, exactTeacher, { norm: l2(), increments: levelsWhere(isWanted) });

/** E of the squared difference between a midpoint step of ⅛ and the exact flow, over ⅛, from t = 0, ⅛, …, ⅞. */
function anchoredLoss(): number {
  const delta = 1 / 8;
  const deviation = (t: number) => Math.hypot(1 - t, t * s);
  const losses = Array.from({ length: 8 }, (_, i) => i * delta).map((t) => {
    const ratio = deviation(t + delta) / deviation(t);
    return (((midpointFactor(t, delta, 1) - ratio) / delta) * deviation(t)) ** 2;
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}

const [lossBeyond, gradientBeyond] = zeroAt(
  "the exact map beyond the anchor",
  exact((delta) => delta > 1 / 8),
);

/** Semigroup distillation: two half steps of the exact flow map are a whole one. */
export const flowChecks: CheckGroup = {
  name: "flow",
  checks: [
    lossBeyond,
    {
      name: "loss at the exact map at the anchor from that of a midpoint step, in standard errors",
      measure: async () => ({
        value: errorsFrom(
          anchoredLoss(),
          (await atSolution(exact((delta) => delta <= 1 / 8))).loss,
        ),
        bound: 4,
      }),
    },
    gradientBeyond,
    {
      name: "end points of a trained network in one evaluation from the exact map, over s",
      trains: true,
      measure: (most) => {
        const network = pointNetwork(2);
        return trainedError({
          most,
          objective: semigroup(network, exactTeacher, { norm: l2(), increments: levels }),
          init: network.init(key(1)),
          sample: (params, noise) =>
            flowMap(network, params, null)(
              noise,
              null,
              fill([noise.shape[0] as number], 0) as Tensor1D,
              1,
            ),
        });
      },
    },
  ],
};
