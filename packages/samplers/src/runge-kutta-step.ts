import type { VelocityField } from "@eddyflow/core";
import { add, mul, reshape, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import type { ButcherTableau } from "./butcher-tableau.ts";

export interface RungeKuttaStepOptions {
  readonly tableau: ButcherTableau;
  /** Flow time at the start of the step, `[batch]`. */
  readonly t: Tensor1D;
  /** Size of the step, one for all or `[batch]`; negative sizes go back in flow time. */
  readonly delta: number | Tensor1D;
}

/**
 * One explicit Runge–Kutta step of dx/dt = v(x, y, t), from t to t + δ, where each sample may have its
 * own t and δ:
 *
 *   kᵢ = v(x + δ Σⱼ aᵢⱼ kⱼ, y, t + cᵢ δ),   x′ = x + δ Σᵢ bᵢ kᵢ.
 *
 * The state x and the condition y are `[batch, ...space, channel]`; neither is consumed. The caller
 * disposes the result.
 */
export function rungeKuttaStep(
  velocity: VelocityField,
  x: Tensor,
  y: Tensor | null,
  { tableau, t, delta }: RungeKuttaStepOptions,
): Tensor {
  return tidy(() => {
    const mean = rungeKuttaVelocity(velocity, x, y, { tableau, t, delta });
    return add(x, mul(mean, perSampleOf(delta, x)));
  });
}

/**
 * The mean velocity of one explicit Runge–Kutta step, Σᵢ bᵢ kᵢ = (x′ − x)/δ with the stages of {@link rungeKuttaStep},
 * without the digits that the difference of two states loses. For Euler's method it is v(x, y, t) itself.
 *
 * Shapes as there. It is differentiable through all stages. The caller disposes the result.
 */
export function rungeKuttaVelocity(
  velocity: VelocityField,
  x: Tensor,
  y: Tensor | null,
  { tableau, t, delta }: RungeKuttaStepOptions,
): Tensor {
  return tidy(() => {
    const width = perSampleOf(delta, x);
    const stages: Tensor[] = [];
    const combine = (weights: readonly number[]): Tensor | null => {
      let sum: Tensor | null = null;
      for (const [i, weight] of weights.entries()) {
        if (weight === 0) continue;
        const stage = stages[i] as Tensor;
        const term = weight === 1 ? stage : mul(stage, weight);
        sum = sum === null ? term : add(sum, term);
      }
      return sum;
    };
    for (const [i, row] of tableau.a.entries()) {
      const fraction = tableau.c[i] as number;
      const time = fraction === 0 ? t : add<Tensor1D>(t, mul(delta, fraction));
      const before = combine(row);
      stages.push(velocity(before === null ? x : add(x, mul(before, width)), y, time));
    }
    return combine(tableau.b) as Tensor;
  });
}

/** The size of a step as it multiplies states of the shape of x. */
const perSampleOf = (delta: number | Tensor1D, x: Tensor): number | Tensor =>
  typeof delta === "number" ? delta : reshape(delta, [-1, ...x.shape.slice(1).fill(1)]);
