/** For how long a forecast stays correlated with the truth. */
export interface CorrelationTime {
  /** Physical time from the initial state. */
  readonly time: number;
  /** Whether the correlation fell below the threshold; where it did not, `time` is the length of the forecast. */
  readonly isReached: boolean;
}

/**
 * The time at which the correlation of a forecast with the truth first falls below a threshold, .9 and .8 being usual,
 * in the unit of `frameInterval`. It is 1 at time 0, and is interpolated linearly between frames.
 * Source: Kochkov et al., PNAS 118 (2021) e2101784118; Lippe et al., PDE-Refiner (2023), who do not interpolate.
 *
 * @param correlations - one for each frame after the initial state, `[time]`, such as the mean over trajectories of
 *   `pearson`; null where there is none.
 * @returns null where a correlation is missing before it falls below the threshold, and where there are none at all.
 */
export function correlationTime(
  correlations: readonly (number | null)[],
  frameInterval: number,
  threshold: number,
): CorrelationTime | null {
  let before = 1;
  for (const [index, correlation] of correlations.entries()) {
    if (correlation === null || Number.isNaN(correlation)) return null;
    if (correlation < threshold) {
      const part = (before - threshold) / (before - correlation);
      return { time: (index + part) * frameInterval, isReached: true };
    }
    before = correlation;
  }
  if (correlations.length === 0) return null;
  return { time: correlations.length * frameInterval, isReached: false };
}
