import { ArgumentError } from "@eddyflow/core";

/** A learning rate as a function of the number of steps done before, 0 for the first step. */
export type Schedule = (step: number) => number;

/** The same value at each step. */
export function constant(value: number): Schedule {
  return () => value;
}

export interface CosineOptions {
  /** The value at step 0. */
  readonly max: number;
  /** The value at step `steps` and ever after. */
  readonly min: number;
  /** The length of the fall; commonly the whole budget of a run. */
  readonly steps: number;
}

/**
 * Half a period of a cosine, min + ½ (max − min) (1 + cos(π · step / steps)), then min.
 *
 * @see Loshchilov & Hutter 2017, SGDR, eq. 5, without restarts.
 * @throws ArgumentError unless `steps` is positive.
 */
export function cosine({ max, min, steps }: CosineOptions): Schedule {
  if (!(steps > 0)) {
    throw new ArgumentError({
      problem: `a cosine schedule cannot last ${steps} steps`,
      expected: "a positive number",
      remedy: "give the budget of the run",
    });
  }
  return (step) => min + 0.5 * (max - min) * (1 + Math.cos(Math.PI * Math.min(step / steps, 1)));
}

export interface WarmUpCosineOptions extends CosineOptions {
  /** The length of the rise, below `steps`; 0 for none, a few hundredths of `steps` are common. */
  readonly warmUp: number;
}

/**
 * A straight rise, max · (step + 1) / warmUp, and from step `warmUp` on a cosine from max to min over the rest of
 * `steps`. The rise spares the weights while Adam's moments are means of few gradients.
 *
 * @see Goyal et al. 2017, "Accurate, Large Minibatch SGD", section 2.2, for the rise.
 * @throws ArgumentError unless `steps` is positive and `warmUp` at least 0 and below it.
 */
export function warmUpCosine({ max, min, steps, warmUp }: WarmUpCosineOptions): Schedule {
  if (!(warmUp >= 0 && warmUp < steps)) {
    throw new ArgumentError({
      problem: `a schedule of ${steps} steps cannot warm up for ${warmUp}`,
      expected: "a number from 0 on that is below the budget",
      remedy: "give a shorter warm-up",
    });
  }
  const fall = cosine({ max, min, steps: steps - warmUp });
  return (step) => (step < warmUp ? (max * (step + 1)) / warmUp : fall(step - warmUp));
}
