import type { Key } from "@eddyflow/core";
import type { Simulation } from "./simulate.ts";

/** Long enough for a first piece to be compiled and then run at its own speed. */
const measuredMs = 500;

/**
 * An estimate of the seconds that a trajectory takes, from what is made in its first half second, or in its first
 * piece if that takes longer. A solution that grows steeper later takes longer than this.
 */
export function estimateSeconds(
  simulate: Simulation,
  key: Key,
  clock: () => number = () => performance.now(),
): number {
  const start = clock();
  let [fraction, elapsed] = [0, 0];
  simulate(key, {
    onProgress: (part) => {
      fraction = part;
      elapsed = clock() - start;
    },
    isStopped: () => elapsed > measuredMs,
  });
  return elapsed / 1000 / fraction;
}
