import { ArgumentError, type Objective } from "@eddyflow/core";
import { type AffinePath, linearPath, type Norm, paramsOf, pointOn } from "@eddyflow/losses";
import { type MeanVelocityNetwork, type VelocityNetwork, velocityField } from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { normalTensor, split } from "@eddyflow/random";
import {
  add,
  clone,
  div,
  mean,
  mul,
  sqrt,
  square,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import type { IncrementDistribution } from "./increments/increment-distribution.ts";
import { uniformIncrements } from "./increments/uniform-increments.ts";
import { checkContinuous, pairsWithDiagonal } from "./pairs-with-diagonal.ts";
import { restOfBatch } from "./rest-of-batch.ts";
import { slopeTimesIncrement } from "./slope-times-increment.ts";

export interface MeanFlowOptions {
  readonly norm: Norm;
  /** Draws (t, δ) per sample, without gaps and from near δ = 0; `uniformIncrements()` by default. */
  readonly increments?: IncrementDistribution;
  /** The share of pairs with δ = 0, where the student matches the teacher's velocity, in [0, 1); ¼ by default. */
  readonly diagonal?: number;
  /** The step h of the difference along the path; .005 by default. */
  readonly step?: number;
  /** Steps of the optimizer over which the derivative gets its whole weight; 0 by default. */
  readonly warmUp?: number;
  /** c of the normalisation g/(‖g‖ + c); .1 by default. */
  readonly normalisation?: number;
  /** The path that the teacher was trained on; `linearPath` by default. */
  readonly path?: AffinePath;
}

/** What the mean-flow loss compares; the caller disposes each, none belongs to the batch. */
export type MeanFlowTargets = {
  /** x_t, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** The flow time t that each increment starts at, `[batch]`. */
  readonly t: Tensor1D;
  /** δ, `[batch]`. */
  readonly delta: Tensor1D;
  /** The flow time t + δ that it ends at, `[batch]`. */
  readonly end: Tensor1D;
  /** u − g/(‖g‖ + c), of the shape of x. */
  readonly target: Tensor;
};

/**
 * Mean flows, distilled: the set "student", a mean velocity u, learns the flow map x + δu of the set "teacher", a
 * velocity v, because the end point x + δu at the time t + δ stays where it is while x goes along its path:
 *
 *   0 = d/dt (x_t + δu(x_t, y, t, δ)) with t + δ fixed, dδ/dt = −1, so that u = v + δ du/dt,   du/dt = v·∇u + ∂_t u − ∂_δu,
 *   minimise E ‖u − sg[u − g/(‖g‖ + c)]‖²   at norm time t + δ,
 *   g = u − v(x_t, y, t) − ρδ du/dt,
 *
 * with sg: no gradient passes; ‖g‖ the root mean square over a sample; ρ from 0 to 1 over the first `warmUp` steps.
 * du/dt is a difference of u(x_t + τv, y, t + τ, δ − τ) at τ = ±h, or h and 2h to one side next to the ends of
 * [−t, δ], of second order in h.
 *
 * Start u from the velocity's weights (`correctorFromVelocity`). Such targets contain a derivative of u in x and are
 * the least stable of all: an error of u comes back multiplied by its own slope. The Lagrangian loss needs none.
 *
 * The targets cost three evaluations of u and one of v, of which pairs with δ = 0 save two.
 *
 * Sources: Geng et al., "Mean Flows for One-step Generative Modeling" (arXiv 2505.13447), with a teacher's velocity in
 * place of x₁ − x₀; Lu and Song, "Simplifying, Stabilizing and Scaling Continuous-Time Consistency Models" (ICLR 2025)
 * for warm-up and normalisation.
 *
 * @throws ArgumentError for increments with gaps or without short ones, and a number out of range.
 */
export function meanFlow(
  network: MeanVelocityNetwork,
  teacherNetwork: VelocityNetwork,
  {
    norm,
    increments = uniformIncrements(),
    diagonal = 0.25,
    step: width = 5e-3,
    warmUp = 0,
    normalisation = 0.1,
    path = linearPath,
  }: MeanFlowOptions,
): Objective<MeanFlowTargets> {
  checkContinuous(increments, diagonal);
  if (!(width > 0 && width <= 0.1 && warmUp >= 0 && normalisation > 0)) {
    throw new ArgumentError({
      problem: `a step of ${width}, a warm-up of ${warmUp} and a normalisation of ${normalisation}`,
      expected: "0 < step ≤ .1, warm-up ≥ 0 and normalisation > 0",
      remedy: "leave them out for .005, 0 and .1",
    });
  }
  return {
    trains: "student",
    targets: (sets, batch, { key, step, rows }) =>
      tidy(() => {
        const [forNoise, forPairs] = split(key);
        const { shape } = batch.next;
        const count = shape[0] as number;
        const pairs = pairsWithDiagonal(increments, diagonal, { key: forPairs, count, rows });
        const { t, delta, still } = pairs;
        const [starts, widths] = [tensor1d(t), tensor1d(delta)];
        const x = pointOn(path, normalTensor(forNoise, shape, rows), batch.next, starts).xt;
        const y = batch.previous;
        const student = paramsOf(sets, "student");
        const v = velocityField(teacherNetwork, paramsOf(sets, "teacher"))(x, y, starts);

        const u = network.apply(student, x, y, starts, widths);
        const [ownX, ownV] = [restOfBatch(x, still), restOfBatch(v, still)];
        const ownY = y === null ? null : restOfBatch(y, still);
        const slope = slopeTimesIncrement({
          here: u,
          delta,
          still,
          step: width,
          room: (i) => [t[i] as number, delta[i] as number],
          evaluate: (nodes) => {
            const moved = (from: Float32Array, sign: number) =>
              tensor1d(nodes.map((node, i) => (from[still + i] as number) + sign * node));
            const along = add(ownX, mul(perSample(tensor1d([...nodes]), ownX), ownV));
            return network.apply(student, along, ownY, moved(t, 1), moved(delta, -1));
          },
        });
        const share = warmUp === 0 ? 1 : Math.min(1, step / warmUp);
        const g = sub(u, add(v, mul(slope, share)));
        const axes = g.shape.map((_, axis) => axis).slice(1);
        const size = sqrt(mean(square(g), axes, true));
        return {
          x,
          t: starts,
          delta: widths,
          end: tensor1d(t.map((from, i) => from + (delta[i] as number))),
          target: sub(u, div(g, add(size, normalisation))),
          ...(y === null ? {} : { y: clone(y) }),
        };
      }),
    loss: (sets, { x, y, t, delta, end, target }) =>
      tidy(() => {
        const u = network.apply(paramsOf(sets, "student"), x, y ?? null, t, delta);
        return { loss: norm(sub(u, target), end) };
      }),
  };
}
