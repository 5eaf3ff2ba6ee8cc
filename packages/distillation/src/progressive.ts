import { ArgumentError, type Key, type Objective } from "@eddyflow/core";
import { conditionOf, linearPath, type Norm, paramsOf } from "@eddyflow/losses";
import { type VelocityNetwork, velocityField } from "@eddyflow/models";
import { normalTensor, split } from "@eddyflow/random";
import { type ButcherTableau, gridTimes, rungeKuttaStep } from "@eddyflow/samplers";
import {
  div,
  reshape,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";

export interface ProgressiveOptions {
  /** The teacher's network where it is evaluated in another precision than the student's. */
  readonly teacher?: VelocityNetwork;
  /** The flow times that the student will be run on by Euler's method, from 0 to 1. */
  readonly grid: readonly number[];
  /** The number of teacher steps in each interval of the grid. */
  readonly substeps: number;
  /** The teacher's method. A teacher that is itself a student of this kind is run by Euler's. */
  readonly tableau: ButcherTableau;
  readonly norm: Norm;
}

/** What the progressive loss compares; the caller disposes each, none belongs to the batch. */
export type ProgressiveTargets = {
  /** x_t, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** Start of the interval, `[batch]`. */
  readonly t: Tensor1D;
  /** End of the interval t + Δ, `[batch]`. */
  readonly end: Tensor1D;
  /** The teacher's mean velocity over the interval, of the shape of x. */
  readonly velocity: Tensor;
};

/**
 * Progressive distillation on a fixed grid: the set "student" of a velocity network learns to go in one
 * Euler step where the set "teacher", of the same network, goes in several,
 *
 *   minimise E ‖u(x_t, y, t) − (Φ_Δ(x_t) − x_t)/Δ‖²   at norm time t + Δ,
 *
 * with Φ_Δ the teacher's `substeps` steps of size Δ/substeps by `tableau`, and (t, Δ) the intervals of
 * the grid, each as often. Start the student as a copy of its teacher.
 *
 * x_t is drawn on the probability path (1 − t)x₀ + t x₁ from noise x₀ and the data x₁: unlike the states
 * of the student's own trajectories these need no sampling, and they have the same law where the teacher
 * is exact. Source: Salimans and Ho, "Progressive Distillation for Fast Sampling of Diffusion Models"
 * (ICLR 2022), algorithm 2, with velocities in place of denoised states, and the grid's times instead
 * of continuous ones, since the student has no input that would tell it Δ.
 *
 * @throws ArgumentError if the grid has fewer than two times or `substeps` is not a positive integer.
 */
export function progressive(
  network: VelocityNetwork,
  { teacher: teacherNetwork = network, grid, substeps, tableau, norm }: ProgressiveOptions,
): Objective<ProgressiveTargets> {
  if (!Number.isInteger(substeps) || substeps < 1) {
    throw new ArgumentError({
      problem: `a teacher cannot take ${substeps} steps in an interval`,
      expected: "a positive integer",
      remedy: "give the number of teacher steps that one student step replaces",
    });
  }
  const intervals = gridTimes(grid);
  return {
    trains: "student",
    targets: (sets, batch, { key }) =>
      tidy(() => {
        const [forNoise, forIntervals] = split(key) as [Key, Key];
        const { t, delta } = intervals(forIntervals, batch.next.shape[0] as number);
        const timeAt = (fraction: number): Tensor1D =>
          tensor1d(t.map((start, i) => start + fraction * (delta[i] as number)));

        const noise = normalTensor(forNoise, batch.next.shape);
        const { xt } = linearPath(noise, batch.next, timeAt(0));
        const y = conditionOf(batch);
        const teacher = velocityField(teacherNetwork, paramsOf(sets, "teacher"));
        const step = tensor1d(delta.map((width) => width / substeps));
        let state = xt;
        for (let i = 0; i < substeps; i++) {
          const at = { tableau, t: timeAt(i / substeps), delta: step };
          state = rungeKuttaStep(teacher, state, y, at);
        }
        const widths = reshape(tensor1d(delta), [-1, ...xt.shape.slice(1).fill(1)]);
        const velocity = div(sub(state, xt), widths);
        return { x: xt, t: timeAt(0), end: timeAt(1), velocity, ...(y === null ? {} : { y }) };
      }),
    loss: (sets, { x, y, t, end, velocity }) =>
      tidy(() => {
        const predicted = network.apply(paramsOf(sets, "student"), x, y ?? null, t);
        return { loss: norm(sub(predicted, velocity), end), terms: {} };
      }),
  };
}
