import type { Batch } from "@eddyflow/core";
import { keyFor, normalTensor } from "@eddyflow/random";
import { add, mul, type Tensor, tidy } from "@tensorflow/tfjs-core";
import type { BatchOf } from "./at-solution.ts";

const [slope, shift] = [0.8, 0.5];

/** The conditional data: a chain yₖ = slope·yₖ₋₁ + shift + spread·n of `[batch, 1]` with n and y₀ from N(0, 1). */
export const spread = 0.5;

/** The mean of the state that follows y. */
export const meanAfter = (y: Tensor): Tensor => add(mul(slope, y), shift);

/** The deviation of yₖ where y₀ is known, spread·√(1 + slope² + … + slope^(2k − 2)). */
export const spreadAfter = (k: number): number =>
  spread * Math.sqrt(Array.from({ length: k }, (_, i) => slope ** (2 * i)).reduce((s, v) => s + v));

/** Batches of y₀ and the `horizon` states after it. */
export const chainsOf =
  (horizon: number): BatchOf =>
  (step, count): Batch =>
    tidy(() => {
      const noise = (k: number) => normalTensor(keyFor(19, `data/${k}`, step), [count, 1]);
      const states = [noise(0)];
      for (let k = 1; k <= horizon; k++) {
        states.push(add(meanAfter(states[k - 1] as Tensor), mul(spread, noise(k))));
      }
      const [previous, next, ...later] = states as [Tensor, Tensor, ...Tensor[]];
      return { previous, next, later } as never;
    });
