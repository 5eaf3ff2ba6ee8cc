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
