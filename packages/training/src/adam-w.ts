import { ArgumentError, type Params } from "@eddyflow/core";
import { clone, mul, sub, type Tensor, tidy } from "@tensorflow/tfjs-core";
import { type AdamOptions, adam } from "./adam.ts";
import type { Optimizer } from "./optimizer.ts";

export interface AdamWOptions extends AdamOptions {
  /** λ, at least 0; .01 is common, up to .1. */
  readonly weightDecay: number;
}

/**
 * Adam with decoupled weight decay, p ← p − η(λp + m̂/(√v̂ + ε)): beside Adam's step every weight shrinks by the share ηλ,
 * with η the learning rate of the step, whatever its gradient is. Only tensors of two or more axes, the weights of
 * layers, decay; biases and other vectors and scalars do not, as is usual, since they are few and not what overfits. A
 * step whose gradients are not finite changes nothing. λ = 0 is Adam, bit for bit.
 *
 * It holds the weights of before until the step is done, and adds two elementwise operations for each.
 *
 * @see Loshchilov & Hutter 2019, "Decoupled Weight Decay Regularization", algorithm 2, with its α as the learning rate.
 * @throws ArgumentError for a decay that is negative or not finite.
 */
export function adamW({ weightDecay, ...options }: AdamWOptions): Optimizer {
  if (!(weightDecay >= 0 && Number.isFinite(weightDecay))) {
    throw new ArgumentError({
      problem: `weights cannot decay by ${weightDecay}`,
      expected: "a finite number from 0 on",
      remedy: "give a weight decay such as 0.01",
    });
  }
  const plain = adam(options);
  if (weightDecay === 0) return plain;
  return {
    init: plain.init,
    update(params, gradients, state, step) {
      // The step consumes the weights that the decay is a share of.
      const before = Object.entries(params)
        .filter(([, { rank }]) => rank > 1)
        .map(([name, weight]) => [name, clone(weight)] as const);
      const stepped = plain.update(params, gradients, state, step);
      const rate = options.learningRate(step) * weightDecay;
      const decayed: Params = tidy(() => {
        const share = mul(sub(1, stepped.skipped), rate);
        return Object.fromEntries(
          before.map(([name, weight]) => [
            name,
            sub(stepped.params[name] as Tensor, mul(weight, share)),
          ]),
        );
      });
      for (const [name, weight] of before) {
        weight.dispose();
        stepped.params[name]?.dispose();
      }
      return { ...stepped, params: { ...stepped.params, ...decayed } };
    },
  };
}
