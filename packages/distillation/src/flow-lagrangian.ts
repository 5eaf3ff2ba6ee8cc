import { ArgumentError, type Objective } from "@eddyflow/core";
import { type AffinePath, linearPath, type Norm, paramsOf, pointOn } from "@eddyflow/losses";
import { type MeanVelocityNetwork, type VelocityNetwork, velocityField } from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { normalTensor, split } from "@eddyflow/random";
import {
  add,
  clone,
  mean,
  mul,
  pow,
  type Scalar,
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

export interface LagrangianOptions {
  readonly norm: Norm;
  /** Draws (t, δ) per sample, without gaps and from near δ = 0; `uniformIncrements()` by default. */
  readonly increments?: IncrementDistribution;
  /**
   * Where increments start: all at noise, t = 0, which needs no data beyond conditions and teaches no jump from
   * elsewhere; or at points x_t of the path between noise and data. "noise" by default.
   */
  readonly start?: "path" | "noise";
  /** The share of pairs with δ = 0, where the student matches the teacher's velocity, in [0, 1); 0 by default. */
  readonly diagonal?: number;
  /** The step h of the difference in δ; .005 by default. */
  readonly step?: number;
  /**
   * The least factor κ of the residual next to t + δ = 1, in (0, 1]. 1 leaves the residual alone, the default from noise;
   * .2 is the default on the path.
   */
  readonly floor?: number;
  /** p of the weight 1/(mean κ²r² + ε)^p, from 0 (none) to 1; 0 by default. */
  readonly power?: number;
  /** ε of the weight, of the size of a mean square that is small enough; 1e-3 by default. */
  readonly epsilon?: number;
  /** The path that the teacher was trained on; `linearPath` by default. */
  readonly path?: AffinePath;
}

/** What the Lagrangian loss compares; the caller disposes each, none belongs to the batch. */
export type LagrangianTargets = {
  /** x, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** The flow time t that each increment starts at, `[batch]`. */
  readonly t: Tensor1D;
  /** δ, `[batch]`. */
  readonly delta: Tensor1D;
  /** The flow time t + δ that it ends at, `[batch]`. */
  readonly end: Tensor1D;
  /** u − wr, of the shape of x. */
  readonly target: Tensor;
  /** mean κ²r², a scalar for the log: with p > 0 the loss itself says little of how far there is to go. */
  readonly residual: Scalar;
};

/**
 * Lagrangian distillation: the set "student", a mean velocity u, learns the flow map X(x, y, t, δ) = x + δu of the set
 * "teacher", a velocity v, by the equation that each of its paths obeys, ∂_δX = v(X, y, t + δ):
 *
 *   minimise E ‖u − sg[u − w r]‖²   at norm time t + δ,
 *   r = u + δ ∂_δu − v(x + δu, y, t + δ),   w = κ/(mean κ²r² + ε)^p,   κ = max(floor, 1 − δ/(1 − t)) for each sample,
 *
 * with sg: no gradient passes. ∂_δu is a difference of u in δ over ±h, or over h and 2h to one side next to the ends
 * of [0, 1 − t]; both are of second order in h, so that the residual of the exact map is of order h². In float32 the
 * difference also has the noise 1e-7·|u|/h, which is 1e-4 of |u| at h = .001 and less than the rest at the default.
 *
 * Near t + δ = 1 the velocity points at the data, v ≈ (x̂₁(X) − X)/(1 − t − δ): an error e of X enters r as
 * e/(1 − t − δ), so that the least uncertain scales, whose velocity is steep up to the very end, drown all others and
 * take steps that are too long. κr is the same error in units of the state. It helps on the path. From noise it
 * costs more than it brings, because it also weakens δ = 1, the one jump that is made. The exact map is the same.
 *
 * With δ = 0 the loss asks for u = v: the start of the equation. From there right mean velocities spread to larger δ
 * and only across increments without gaps, so that others are refused. Start u from the velocity's weights
 * (`correctorFromVelocity`).
 *
 * The targets cost three evaluations of u and one of v, of which pairs with δ = 0 save two.
 *
 * Sources: Boffi, Albergo, Vanden-Eijnden, "Flow Map Matching" (2024) and "How to build a consistency model"
 * (2025), where it is called Lagrangian; FreeFlow (arXiv 2511.19428) for noise alone, the difference and the weight.
 *
 * @throws ArgumentError for increments with gaps or without short ones, a share, a step or a weight out of range.
 */
export function flowLagrangian(
  network: MeanVelocityNetwork,
  teacherNetwork: VelocityNetwork,
  {
    norm,
    increments = uniformIncrements(),
    start = "noise",
    diagonal = 0,
    step = 5e-3,
    floor = start === "noise" ? 1 : 0.2,
    power = 0,
    epsilon = 1e-3,
    path = linearPath,
  }: LagrangianOptions,
): Objective<LagrangianTargets> {
  checkContinuous(increments, diagonal);
  if (
    !(step > 0 && step <= 0.1 && floor > 0 && floor <= 1 && power >= 0 && power <= 1 && epsilon > 0)
  ) {
    throw new ArgumentError({
      problem: `a step of ${step}, a floor of ${floor}, a power of ${power} and an ε of ${epsilon}`,
      expected: "0 < step ≤ .1, 0 < floor ≤ 1, 0 ≤ power ≤ 1 and ε > 0",
      remedy: "leave them out for the defaults",
    });
  }
  return {
    trains: "student",
    targets: (sets, batch, { key, rows }) =>
      tidy(() => {
        const [forNoise, forPairs] = split(key);
        const { shape } = batch.next;
        const count = shape[0] as number;
        const pairs = pairsWithDiagonal(increments, diagonal, { key: forPairs, count, rows });
        const { delta, still } = pairs;
        const t = start === "noise" ? pairs.t.fill(0) : pairs.t;
        const [starts, widths] = [tensor1d(t), tensor1d(delta)];
        const end = tensor1d(t.map((from, i) => from + (delta[i] as number)));

        const noise = normalTensor(forNoise, shape, rows);
        const x = start === "noise" ? noise : pointOn(path, noise, batch.next, starts).xt;
        const y = batch.previous;
        const student = paramsOf(sets, "student");
        const velocity = velocityField(teacherNetwork, paramsOf(sets, "teacher"));

        const u = network.apply(student, x, y, starts, widths);
        const [ownX, ownT] = [restOfBatch(x, still), restOfBatch(starts, still)];
        const ownY = y === null ? null : restOfBatch(y, still);
        const slope = slopeTimesIncrement({
          here: u,
          delta,
          still,
          step,
          room: (i) => [delta[i] as number, 1 - (t[i] as number) - (delta[i] as number)],
          rounded: (i, node) => Math.fround((delta[i] as number) + node) - (delta[i] as number),
          evaluate: (nodes) => {
            const moved = tensor1d(nodes.map((node, i) => (delta[still + i] as number) + node));
            return network.apply(student, ownX, ownY, ownT, moved);
          },
        });
        const arrived = add(x, mul(perSample(widths, x), u));
        const kappa = tensor1d(
          Array.from(delta, (width, i) =>
            width === 0 ? 1 : Math.max(floor, 1 - width / (1 - (t[i] as number))),
          ),
        );
        const r = sub(add(u, slope), velocity(arrived, y, end));
        const scaled = mul(perSample(kappa, r), r);
        const axes = r.shape.map((_, axis) => axis).slice(1);
        const sizes = mean(square(scaled), axes, true);
        const direction = power === 0 ? scaled : mul(scaled, pow(add(sizes, epsilon), -power));
        return {
          x,
          t: starts,
          delta: widths,
          end,
          target: sub(u, direction),
          residual: mean(sizes) as Scalar,
          ...(y === null ? {} : { y: clone(y) }),
        };
      }),
    loss: (sets, { x, y, t, delta, end, target, residual }) =>
      tidy(() => {
        const u = network.apply(paramsOf(sets, "student"), x, y ?? null, t, delta);
        return { loss: norm(sub(u, target), end), terms: { residual: clone(residual) } };
      }),
  };
}
