/**
 * A confidence interval by the bootstrap: the statistic of many sets of trajectories, each drawn with replacement from
 * those there are, and of its values the (1 − level)/2 and (1 + level)/2 quantiles (linear between values, as in
 * NumPy). Trajectories are drawn, not frames, because the frames of one are alike: an interval from frames would be too
 * narrow. Few trajectories give intervals that are too narrow as well.
 * Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.
 *
 * @param draws - the sets, 1000 being usual: as many indices in each as there are trajectories, `[draws, trajectories]`.
 * @param statistic - of the trajectories with these indices, in which one may come several times; null where there is
 *   none.
 * @param level - of confidence; default .95.
 * @returns null where there are fewer than two trajectories, or a set has no statistic or one that is not finite.
 */
export function bootstrapInterval(
  draws: readonly ArrayLike<number>[],
  statistic: (indices: ArrayLike<number>) => number | null,
  level = 0.95,
): readonly [low: number, high: number] | null {
  if ((draws[0]?.length ?? 0) < 2) return null;
  return percentileInterval(draws.map(statistic), level);
}

/**
 * The interval between the (1 − level)/2 and (1 + level)/2 quantiles of values, linear between them as in NumPy: what
 * `bootstrapInterval` makes of the statistics of its draws.
 *
 * @param level - default .95.
 * @returns null where there are no values, or one is missing or not finite.
 */
export function percentileInterval(
  drawn: readonly (number | null)[],
  level = 0.95,
): readonly [low: number, high: number] | null {
  const values = Float64Array.from(drawn, (value) => value ?? Number.NaN);
  if (values.length === 0 || !values.every(Number.isFinite)) return null;
  values.sort();
  const quantile = (part: number) => {
    const at = part * (values.length - 1);
    const below = values[Math.floor(at)] as number;
    return below + (at % 1) * ((values[Math.ceil(at)] as number) - below);
  };
  return [quantile((1 - level) / 2), quantile((1 + level) / 2)];
}
