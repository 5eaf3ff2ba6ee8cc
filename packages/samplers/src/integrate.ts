import type { VelocityField } from "@eddyflow/core";
import { fill, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import type { ButcherTableau } from "./butcher-tableau.ts";
import { intervalsOf } from "./intervals-of.ts";
import { rungeKuttaStep } from "./runge-kutta-step.ts";

export interface IntegrateOptions {
  readonly tableau: ButcherTableau;
  /**
   * Flow times to step through, such as `uniformTimes(50)`: strictly rising towards data or strictly falling towards
   * noise, within [0, 1]. They may go a part of the way.
   */
  readonly times: readonly number[];
}

/**
 * Integrates dx/dt = v(x, y, t) from the first to the last of the times, one Runge–Kutta step per
 * interval: stages × steps evaluations of v.
 *
 * The state x and the condition y are `[batch, ...space, channel]`; neither is consumed. The caller
 * disposes the result; no other tensor is left.
 *
 * @throws ArgumentError for fewer than two times, times outside [0, 1], and times that repeat or turn back.
 */
export function integrate(
  velocity: VelocityField,
  x: Tensor,
  y: Tensor | null,
  { tableau, times }: IntegrateOptions,
): Tensor {
  const batch = x.shape[0] as number;
  let state = x;
  for (const [time, delta] of intervalsOf(times)) {
    const next = tidy(() => {
      const t = fill([batch], time) as Tensor1D;
      return rungeKuttaStep(velocity, state, y, { tableau, t, delta });
    });
    if (state !== x) state.dispose();
    state = next;
  }
  return state;
}
