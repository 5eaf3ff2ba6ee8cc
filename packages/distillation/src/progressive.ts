import { ArgumentError, type Key, type Objective } from "@eddyflow/core";
import { type AffinePath, linearPath, type Norm, paramsOf, pointOn } from "@eddyflow/losses";
import { type VelocityNetwork, velocityField } from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { normalTensor, split } from "@eddyflow/random";
import { type ButcherTableau, rungeKuttaStep } from "@eddyflow/samplers";
import { clone, div, sub, type Tensor, type Tensor1D, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { incrementsBetween } from "./increments/increments-between.ts";

export interface ProgressiveOptions {
  /** The teacher's network where it is evaluated in another precision than the student's. */
  readonly teacher?: VelocityNetwork;
  /** The flow times that the student will be run on by Euler's method, rising from 0 to 1. */
  readonly times: readonly number[];
  /** The number of teacher steps from each of these times to the next; 4 midpoint steps are plenty. */
  readonly substeps: number;
  /** How the teacher steps. A teacher that is itself a student of this kind takes Euler steps. */
  readonly tableau: ButcherTableau;
  readonly norm: Norm;
  /** The path that the first teacher was trained on; `linearPath` by default. */
  readonly path?: AffinePath;
}

/** What the progressive loss compares; the caller disposes each, none belongs to the batch. */
export type ProgressiveTargets = {
  /** x_t, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** The flow time t that each step starts at, `[batch]`. */
  readonly t: Tensor1D;
  /** The flow time t + Δ that it ends at, `[batch]`. */
  readonly end: Tensor1D;
  /** The teacher's mean velocity from t to t + Δ, of the shape of x. */
  readonly velocity: Tensor;
};

/**
 * Progressive distillation on fixed flow times: the set "student" of a velocity network learns to go in one
 * Euler step where the set "teacher", of the same network, goes in several,
 *
 *   minimise E ‖u(x_t, y, t) − (Φ_Δ(x_t) − x_t)/Δ‖²   at norm time t + Δ,
 *
 * with Φ_Δ the teacher's `substeps` steps of size Δ/substeps by `tableau`, and t and t + Δ neighbours in `times`, each
 * pair equally often. Start the student as a copy of its teacher.
 *
 * x_t is drawn on the probability path α(t)x₁ + σ(t)x₀ from noise x₀ to the data x₁. The states of the student's own
 * trajectories have the same law where the teacher is exact, but would have to be sampled. The times are fixed because
 * the student has no input that would tell it Δ. Source: Salimans and Ho, "Progressive Distillation for Fast Sampling
 * of Diffusion Models" (ICLR 2022), algorithm 2, with velocities in place of denoised states.
 *
 * @throws ArgumentError if the times do not rise from 0 to 1, or `substeps` is not a positive integer.
 */
export function progressive(
  network: VelocityNetwork,
  {
    teacher: teacherNetwork = network,
    times,
    substeps,
    tableau,
    norm,
    path = linearPath,
  }: ProgressiveOptions,
): Objective<ProgressiveTargets> {
  if (!Number.isInteger(substeps) || substeps < 1) {
    throw new ArgumentError({
      problem: `a teacher cannot take ${substeps} steps from one flow time to the next`,
      expected: "a positive integer",
      remedy: "give the number of teacher steps that one student step replaces",
    });
  }
  const increments = incrementsBetween(times);
  return {
    trains: "student",
    targets: (sets, batch, { key }) =>
      tidy(() => {
        const [forNoise, forIncrements] = split(key) as [Key, Key];
        const { t, delta } = increments.draw(forIncrements, batch.next.shape[0] as number);
        const timeAt = (fraction: number): Tensor1D =>
          tensor1d(t.map((start, i) => start + fraction * (delta[i] as number)));

        const noise = normalTensor(forNoise, batch.next.shape);
        const { xt } = pointOn(path, noise, batch.next, timeAt(0));
        const teacher = velocityField(teacherNetwork, paramsOf(sets, "teacher"));
        const step = tensor1d(delta.map((width) => width / substeps));
        let state = xt;
        const y = batch.previous;
        for (let i = 0; i < substeps; i++) {
          const at = { tableau, t: timeAt(i / substeps), delta: step };
          state = rungeKuttaStep(teacher, state, y, at);
        }
        const velocity = div(sub(state, xt), perSample(tensor1d(delta), xt));
        return {
          x: xt,
          t: timeAt(0),
          end: timeAt(1),
          velocity,
          ...(y === null ? {} : { y: clone(y) }),
        };
      }),
    loss: (sets, { x, y, t, end, velocity }) =>
      tidy(() => {
        const predicted = network.apply(paramsOf(sets, "student"), x, y ?? null, t);
        return { loss: norm(sub(predicted, velocity), end) };
      }),
  };
}
