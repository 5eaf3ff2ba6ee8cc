import type { Objective } from "@eddyflow/core";
import {
  type FlowMatchingTargets,
  flowMatching,
  linearPath,
  type Norm,
  paramsOf,
  pointOn,
} from "@eddyflow/losses";
import { type VelocityNetwork, velocityField } from "@eddyflow/models";
import { drawRows, normalTensor, split, uniform } from "@eddyflow/random";
import { type ButcherTableau, integrate } from "@eddyflow/samplers";
import { clone, tensor1d, tidy } from "@tensorflow/tfjs-core";

export interface RectifiedOptions {
  /** The teacher's network where it is evaluated in another precision than the student's. */
  readonly teacher?: VelocityNetwork;
  /** How the teacher goes from noise to its end point. */
  readonly tableau: ButcherTableau;
  /** The flow times of its steps, from 0 to 1. */
  readonly times: readonly number[];
  readonly norm: Norm;
}

/**
 * Rectified flow (reflow): the set "student" of a velocity network learns the straight lines between noise z and the end
 * point x̂₁(z, y) to which the set "teacher", of the same network, carries it:
 *
 *   minimise E ‖u(x_t, y, t) − (x̂₁ − z)‖²   at norm time t,   x_t = (1 − t)z + t x̂₁,   t uniform on [0, 1].
 *
 * Each z has one x̂₁, so that lines seldom cross: the student's paths are nearly straight and a few Euler steps follow
 * them. Where no two lines cross, the loss at the minimum is 0 and one step suffices. Start the student as a copy of
 * its teacher.
 *
 * The targets cost stages × steps evaluations of the teacher; data serve as conditions alone.
 *
 * Source: Liu, Gong, Liu, "Flow Straight and Fast" (arXiv 2209.03003), algorithm 1.
 */
export function rectified(
  network: VelocityNetwork,
  { teacher = network, tableau, times, norm }: RectifiedOptions,
): Objective<FlowMatchingTargets> {
  return {
    trains: "student",
    targets: (sets, { previous: y, next }, { key, rows }) =>
      tidy(() => {
        const [forNoise, forTime] = split(key);
        const noise = normalTensor(forNoise, next.shape, rows);
        const taught = velocityField(teacher, paramsOf(sets, "teacher"));
        const end = integrate(taught, noise, y, { tableau, times });
        const t = tensor1d(
          drawRows(next.shape[0] as number, rows, (count) => uniform(forTime, count)),
        );
        const { xt, velocity } = pointOn(linearPath, noise, end, t);
        return { x: xt, t, velocity, ...(y === null ? {} : { y: clone(y) }) };
      }),
    loss: flowMatching(network, { norm }).loss,
  };
}
