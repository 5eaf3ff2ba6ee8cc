import { ArgumentError, type Objective, type Params } from "@eddyflow/core";
import { type AffinePath, linearPath, type Norm, paramsOf, pointOn } from "@eddyflow/losses";
import type { MeanVelocityNetwork, VelocityNetwork } from "@eddyflow/models";
import { perSample } from "@eddyflow/ops";
import { drawRows, normalTensor, split } from "@eddyflow/random";
import { type ButcherTableau, euler, rungeKuttaStep, rungeKuttaVelocity } from "@eddyflow/samplers";
import {
  clone,
  div,
  mul,
  sub,
  type Tensor,
  type Tensor1D,
  tensor1d,
  tidy,
} from "@tensorflow/tfjs-core";
import type { IncrementDistribution } from "./increments/increment-distribution.ts";

/** What makes steps of size Δ: a velocity v(x, y, t), or a mean velocity u(x, y, t, Δ), which is told Δ. */
export type StepNetwork = VelocityNetwork | MeanVelocityNetwork;

export interface ProgressiveOptions {
  /**
   * The teacher's network where it is not the student's: in another precision, or told its increment where the student is
   * not, or the other way round.
   */
  readonly teacher?: StepNetwork;
  /**
   * The steps (t, Δ) that the student learns to make. `incrementsBetween(times)` for a student that will be run on these
   * flow times and no others; a continuous distribution for one that will be run in steps of any size.
   */
  readonly increments: IncrementDistribution;
  /** K, the number of teacher steps of size Δ/K in each step of the student; 4 midpoint steps are plenty. */
  readonly substeps: number;
  /** How the teacher steps: a teacher that is itself a student of this kind as it learnt to. */
  readonly tableau: ButcherTableau;
  /** How the student makes its step, and will be run; Euler's method by default. A step has the gradient of all stages. */
  readonly studentTableau?: ButcherTableau;
  /**
   * Whether the norm is that of an error of mean velocity (default) or of an error of states, which is Δ times as large:
   * short increments then count for little.
   */
  readonly compare?: "velocities" | "states";
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
  /** Δ, `[batch]`. */
  readonly delta: Tensor1D;
  /** The flow time t + Δ that it ends at, `[batch]`. */
  readonly end: Tensor1D;
  /** The teacher's mean velocity from t to t + Δ, of the shape of x. */
  readonly velocity: Tensor;
};

/**
 * Progressive distillation: the set "student" learns to go in one step of size Δ where the set "teacher" goes in several,
 *
 *   minimise E ‖S_Δ(x_t, y, t) − (Φ_Δ(x_t) − x_t)/Δ‖²   at norm time t + Δ,
 *
 * with Φ_Δ the teacher's K = `substeps` steps of size Δ/K by `tableau`, S_Δ = Σᵢ bᵢ kᵢ the mean velocity of the student's
 * one step by `studentTableau`, and (t, Δ) drawn from `increments`. By Euler's method S_Δ is the student u(x_t, y, t)
 * itself, or u(x_t, y, t, Δ) where its network is told Δ. With `compare: "states"` the error is multiplied by Δ: it is
 * that of the student's state and the teacher's. Start the student as a copy of its teacher.
 *
 * A student that is not told Δ learns the mean over the Δ that are drawn at its t. Where those differ much it is right
 * for none of them; with Δ fixed by t (`incrementsBetween`) it is right for these times, and no others.
 *
 * x_t is drawn on the probability path α(t)x₁ + σ(t)x₀ from noise x₀ to the data x₁. The states of the student's own
 * trajectories have the same law where the teacher is exact, but would have to be sampled. The teacher's mean velocity is
 * a difference of states in float32: for Δ = 10⁻³ it has three digits. Source: Salimans and Ho, "Progressive Distillation
 * for Fast Sampling of Diffusion Models" (ICLR 2022), algorithm 2, with velocities in place of denoised states.
 *
 * @throws ArgumentError if `substeps` is not a positive integer.
 */
export function progressive(
  network: StepNetwork,
  {
    teacher: teacherNetwork = network,
    increments,
    substeps,
    tableau,
    studentTableau = euler,
    compare = "velocities",
    norm,
    path = linearPath,
  }: ProgressiveOptions,
): Objective<ProgressiveTargets> {
  if (!Number.isInteger(substeps) || substeps < 1) {
    throw new ArgumentError({
      problem: `a teacher cannot take ${substeps} steps in one step of its student`,
      expected: "a positive integer",
      remedy: "give the number of teacher steps that one student step replaces",
    });
  }
  /** The field whose steps are of size δ: a network that is not told δ has no use for it. */
  const fieldOf = (of: StepNetwork, params: Params, delta: Tensor1D) => {
    const told: MeanVelocityNetwork = of;
    return (x: Tensor, y: Tensor | null, t: Tensor1D): Tensor => told.apply(params, x, y, t, delta);
  };
  return {
    trains: "student",
    targets: (sets, batch, { key, rows }) =>
      tidy(() => {
        const [forNoise, forIncrements] = split(key);
        const { t, delta } = drawRows(batch.next.shape[0] as number, rows, (count) =>
          increments.draw(forIncrements, count),
        );
        const timeAt = (fraction: number): Tensor1D =>
          tensor1d(t.map((start, i) => start + fraction * (delta[i] as number)));

        const noise = normalTensor(forNoise, batch.next.shape, rows);
        const { xt } = pointOn(path, noise, batch.next, timeAt(0));
        const step = tensor1d(delta.map((width) => width / substeps));
        const teacher = fieldOf(teacherNetwork, paramsOf(sets, "teacher"), step);
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
          delta: tensor1d(delta),
          end: timeAt(1),
          velocity,
          ...(y === null ? {} : { y: clone(y) }),
        };
      }),
    loss: (sets, { x, y, t, delta, end, velocity }) =>
      tidy(() => {
        const student = fieldOf(network, paramsOf(sets, "student"), delta);
        const at = { tableau: studentTableau, t, delta };
        const error = sub(rungeKuttaVelocity(student, x, y ?? null, at), velocity);
        const compared = compare === "states" ? mul(error, perSample(delta, x)) : error;
        return { loss: norm(compared, end) };
      }),
  };
}
