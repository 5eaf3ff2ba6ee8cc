import type { Objective } from "@eddyflow/core";
import { type Norm, paramsOf } from "@eddyflow/losses";
import type { MeanVelocityNetwork } from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { div, sub, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import { pairsOf, type TeacherPathOptions } from "./paths/pairs-of.ts";
import type { DrawPathPairs } from "./paths/path-pairs.ts";

export interface TrajectoryOptions extends TeacherPathOptions {
  /** Which points of a path are a pair, such as `pathPairs({ steps, share: 1 })`; of paths that are made here. */
  readonly pairs: DrawPathPairs;
  readonly norm: Norm;
}

/** What the trajectory loss compares; the caller disposes each, none belongs to the batch. */
export type TrajectoryTargets = {
  /** x̂_i, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** t_i, `[batch]`. */
  readonly t: Tensor1D;
  /** t_j − t_i, `[batch]`. */
  readonly delta: Tensor1D;
  /** t_j, `[batch]`. */
  readonly end: Tensor1D;
  /** (x̂_j − x̂_i)/(t_j − t_i), of the shape of x. */
  readonly velocity: Tensor;
};

/**
 * Regression on the paths of a teacher: the set "student", a network of the mean velocity u(x, y, t, δ), learns to go
 * from a point x̂_i of a path in one jump to a later one x̂_j,
 *
 *   minimise E ‖u(x̂_i, y, t_i, t_j − t_i) − (x̂_j − x̂_i)/(t_j − t_i)‖²   at norm time t_j.
 *
 * The map x + δu carries noise to data in one jump, or in several. Start it by `correctorFromVelocity`: as an Euler step
 * of its teacher.
 *
 * A path x̂_0, …, x̂_N starts from noise; the set "teacher" makes its N steps by `tableau` between `times`. It costs
 * N · stages evaluations, and gives N(N + 1)/2 pairs: a batch that is a `PathBatch` holds points of paths that were made
 * before, so that a path is paid for once. From any other batch the paths of its conditions are made here, one pair
 * of each. Nothing that is learnt is better than the teacher's N steps.
 *
 * The states of a path have the law of what a sampler visits, at its times, where points on the probability path have
 * it only for a teacher that is exact. No target is made of what the student has learnt so far: the loss is plain
 * regression, with one minimum.
 *
 * Source: Kim et al., "Consistency mid-training" (2025), which learns j = N alone; here any pair.
 *
 * @throws ArgumentError, when used, where the set "teacher" is missing and paths have to be made.
 */
export function trajectory(
  network: MeanVelocityNetwork,
  { norm, pairs: draw, ...path }: TrajectoryOptions,
): Objective<TrajectoryTargets> {
  return {
    trains: "student",
    targets: (sets, batch, { key, rows }) =>
      tidy(() => {
        const points = pairsOf(sets, batch, { ...path, draw, key, rows });
        const { y, next, start: x, t, end } = points;
        const delta = sub<Tensor1D>(end, t);
        const velocity = div(sub(next, x), perSample(delta, x));
        return { x, t, delta, end, velocity, ...(y && { y }) };
      }),
    loss: (sets, { x, y, t, delta, end, velocity }) =>
      tidy(() => {
        const own = network.apply(paramsOf(sets, "student"), x, y ?? null, t, delta);
        return { loss: norm(sub(own, velocity), end) };
      }),
  };
}
