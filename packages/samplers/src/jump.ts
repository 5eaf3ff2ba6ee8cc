import { ArgumentError, type FlowMap } from "@eddyflow/core";
import { fill, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import { intervalsOf } from "./intervals-of.ts";

/**
 * Follows a flow map along flow times, x ← F_δ(x, y, t) with δ the width of each interval.
 *
 * The state x and the condition y are `[batch, ...space, channel]`; neither is consumed. The caller
 * disposes the result; no other tensor is left.
 *
 * @throws ArgumentError for fewer than two times, and for times that do not rise within [0, 1].
 */
export function jump(
  flowMap: FlowMap,
  x: Tensor,
  y: Tensor | null,
  times: readonly number[],
): Tensor {
  const intervals = intervalsOf(times);
  if (!intervals.every(([, delta]) => delta > 0) || !times.every((t) => t >= 0 && t <= 1)) {
    throw new ArgumentError({
      problem: `a flow map cannot follow the times [${times.join(", ")}]`,
      expected: "times that rise from 0 to 1",
      remedy: "use uniformTimes(steps)",
    });
  }
  const batch = x.shape[0] as number;
  let state = x;
  for (const [time, delta] of intervals) {
    const next = tidy(() => flowMap(state, y, fill([batch], time) as Tensor1D, delta));
    if (state !== x) state.dispose();
    state = next;
  }
  return state;
}
