import type { Seconds } from "./stopwatch.ts";

/**
 * Of the seconds of a training by part, as `train` and its callers count them: the share of the steps' own time, in [0, 1], that is spent outside the network's forward and backward pass
 * and the optimizer: waiting for data, targets, averaging, logging, checkpoints and what is in no part.
 * Validations, which are no part of a step, do not count at all.
 */
export function outsideShare(seconds: Seconds<string>): number {
  const { validation: _, gradient = 0, optimizer = 0, ...others } = seconds;
  const outside = Object.values(others).reduce((sum, part) => sum + part, 0);
  const total = outside + gradient + optimizer;
  return total === 0 ? 0 : outside / total;
}
