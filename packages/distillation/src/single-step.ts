import type { Objective } from "@eddyflow/core";
import { type Norm, paramsOf } from "@eddyflow/losses";
import type { VelocityNetwork } from "@eddyflow/models";
import { sub, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import { pairsOf, type TeacherPathOptions } from "./paths/pairs-of.ts";
import { pathPairs } from "./paths/path-pairs.ts";

export interface SingleStepOptions extends TeacherPathOptions {
  readonly norm: Norm;
}

/** What the single-step loss compares; the caller disposes each, none belongs to the batch. */
export type SingleStepTargets = {
  /** The noise x₀, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** 0 for all, `[batch]`. */
  readonly t: Tensor1D;
  /** 1 for all, `[batch]`. */
  readonly end: Tensor1D;
  /** x̂_N − x₀, of the shape of x. */
  readonly velocity: Tensor;
};

/**
 * Regression on the end points of a teacher's paths: the set "student", a velocity network, learns to go in one
 * Euler step from noise x₀ to where the N steps of the set "teacher" by `tableau` between `times` lead,
 *
 *   minimise E ‖u(x₀, y, 0) − (x̂_N − x₀)‖²   at norm time 1.
 *
 * The student is a velocity network, since at t = 0 and δ = 1 a mean velocity would have an input that never changes;
 * it begins as a copy of its teacher, run by one Euler step, and is good for this step alone. A batch that is a
 * `PathBatch` holds the ends of paths that were made before, as for `trajectory`; from any other one they are made here.
 *
 * Source: Luhman and Luhman, "Knowledge Distillation in Iterative Generative Models for Improved Sampling Speed"
 * (arXiv 2101.02388).
 *
 * @throws ArgumentError, when used, where the set "teacher" is missing and paths have to be made.
 */
export function singleStep(
  network: VelocityNetwork,
  { norm, ...path }: SingleStepOptions,
): Objective<SingleStepTargets> {
  const draw = pathPairs({ steps: path.times.length - 1, share: 1 });
  return {
    trains: "student",
    targets: (sets, batch, { key, rows }) =>
      tidy(() => {
        const { y, next, start: x, t, end } = pairsOf(sets, batch, { ...path, draw, key, rows });
        return { x, t, end, velocity: sub(next, x), ...(y && { y }) };
      }),
    loss: (sets, { x, y, t, end, velocity }) =>
      tidy(() => {
        const own = network.apply(paramsOf(sets, "student"), x, y ?? null, t);
        return { loss: norm(sub(own, velocity), end) };
      }),
  };
}
