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
    const perSample =
      typeof delta === "number" ? delta : reshape(delta, [-1, ...x.shape.slice(1).fill(1)]);
    const stages: Tensor[] = [];
    const advance = (weights: readonly number[]): Tensor => {
      let increment: Tensor | null = null;
      for (const [i, weight] of weights.entries()) {
        if (weight === 0) continue;
        const term = mul(stages[i] as Tensor, weight);
        increment = increment === null ? term : add(increment, term);
      }
      return increment === null ? x : add(x, mul(increment, perSample));
    };
    for (const [i, row] of tableau.a.entries()) {
      const fraction = tableau.c[i] as number;
      const time = fraction === 0 ? t : add<Tensor1D>(t, mul(delta, fraction));
      stages.push(velocity(advance(row), y, time));
    }
    return advance(tableau.b);
  });
}
