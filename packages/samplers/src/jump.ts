import type { FlowMap } from "@eddyflow/core";
import { fill, type Tensor, type Tensor1D, tidy } from "@tensorflow/tfjs-core";
import { jumpsOf } from "./jumps-of.ts";

/**
 * Follows a flow map along flow times, x ← F_δ(x, y, t) with δ the width of each interval. The times rise strictly
 * within [0, 1]; they may go a part of the way.
 *
 * The state x and the condition y are `[batch, ...space, channel]`; neither is consumed. The caller
 * disposes the result; no other tensor is left.
 *
 * @throws ArgumentError for fewer than two times, times outside [0, 1], and times that repeat or fall.
 */
export function jump(
  flowMap: FlowMap,
  x: Tensor,
  y: Tensor | null,
  times: readonly number[],
): Tensor {
  const batch = x.shape[0] as number;
  let state = x;
  for (const [time, delta] of jumpsOf(times)) {
    const next = tidy(() => flowMap(state, y, fill([batch], time) as Tensor1D, delta));
    if (state !== x) state.dispose();
    state = next;
  }
  return state;
}
