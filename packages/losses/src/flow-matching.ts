import { ArgumentError, type Key, type Network, type Objective } from "@eddyflow/core";
import { drawRows, normalTensor, split, uniform } from "@eddyflow/random";
import { clone, sub, type Tensor, type Tensor1D, tensor1d, tidy } from "@tensorflow/tfjs-core";
import type { Norm } from "./norm.ts";
import { paramsOf } from "./params-of.ts";
import { type AffinePath, pointOn } from "./paths/affine-path.ts";
import { linearPath } from "./paths/linear-path.ts";

export interface FlowMatchingOptions {
  readonly norm: Norm;
  /** From noise to data; `linearPath` by default. Students must be distilled on the path of their teacher. */
  readonly path?: AffinePath;
  /** Draws `count` flow times in [0, 1]; uniform by default. */
  readonly times?: (key: Key, count: number) => Float32Array;
}

/** What the flow-matching loss compares; the caller disposes each, none belongs to the batch. */
export type FlowMatchingTargets = {
  /** x_t, `[batch, ...space, channel]`. */
  readonly x: Tensor;
  /** The condition, absent where there is none. */
  readonly y?: Tensor;
  /** `[batch]`. */
  readonly t: Tensor1D;
  /** dx_t/dt, which is x₁ − x₀ on the linear path; of the shape of x. */
  readonly velocity: Tensor;
};

/**
 * Conditional flow matching: trains the set "student" of a velocity network to
 *
 *   minimise E ‖v(x_t, y, t) − dx_t/dt‖²,   x_t = α(t)x₁ + σ(t)x₀,   x₀ ~ N(0, 1),
 *
 * whose minimum is the velocity field that carries noise to the law of the next state x₁ given y.
 * Source: Lipman et al., "Flow Matching for Generative Modeling" (ICLR 2023), equation (23).
 *
 * @throws ArgumentError, when used, if `times` draws too few times or one outside [0, 1].
 */
export function flowMatching(
  network: Network<[x: Tensor, y: Tensor | null, t: Tensor1D]>,
  { norm, path = linearPath, times = uniform }: FlowMatchingOptions,
): Objective<FlowMatchingTargets> {
  return {
    trains: "student",
    targets: (_, batch, { key, rows }) =>
      tidy(() => {
        const [forNoise, forTime] = split(key);
        const x1 = batch.next;
        const t = tensor1d(
          drawRows(x1.shape[0] as number, rows, (count) => checked(times(forTime, count), count)),
        );
        const { xt, velocity } = pointOn(path, normalTensor(forNoise, x1.shape, rows), x1, t);
        const y = batch.previous;
        return { x: xt, t, velocity, ...(y === null ? {} : { y: clone(y) }) };
      }),
    loss: (sets, { x, y, t, velocity }) =>
      tidy(() => {
        const predicted = network.apply(paramsOf(sets, "student"), x, y ?? null, t);
        return { loss: norm(sub(predicted, velocity), t) };
      }),
  };
}

/** The times, if they are `count` numbers in [0, 1]. */
function checked(times: Float32Array, count: number): Float32Array {
  if (times.length === count && times.every((t) => t >= 0 && t <= 1)) return times;
  throw new ArgumentError({
    problem: `the flow times drawn are [${times.join(", ")}]`,
    expected: `${count} numbers from 0 to 1`,
    remedy: "mend the function `times` of flowMatching",
  });
}
