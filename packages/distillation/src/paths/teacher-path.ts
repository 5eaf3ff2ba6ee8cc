import type { VelocityField } from "@eddyflow/core";
import { type IntegrateOptions, intervalsOf, rungeKuttaStep } from "@eddyflow/samplers";
import { fill, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";

/**
 * The states of dx/dt = v(x, y, t) at the second, third, … last of the times, one after the other, from x at the first: a
 * Runge–Kutta step per interval, as `integrate` makes them. A state is disposed when the next one is asked for, or
 * none is any more; x and y are not consumed.
 *
 * @throws ArgumentError for fewer than two times.
 */
export function* teacherPath(
  velocity: VelocityField,
  x: Tensor,
  y: Tensor | null,
  { tableau, times }: IntegrateOptions,
): Generator<Tensor, void, void> {
  const batch = x.shape[0] as number;
  let state = x;
  try {
    for (const [time, delta] of intervalsOf(times)) {
      const next = tidy(() => {
        const t = fill([batch], time) as Tensor1D;
        return rungeKuttaStep(velocity, state, y, { tableau, t, delta });
      });
      if (state !== x) state.dispose();
      state = next;
      yield state;
    }
  } finally {
    if (state !== x) state.dispose();
  }
}
