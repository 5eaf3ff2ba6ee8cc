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
  const values = new Float64Array(draws.length);
  for (const [at, draw] of draws.entries()) {
    const value = statistic(draw);
    if (value === null || !Number.isFinite(value)) return null;
    values[at] = value;
  }
  values.sort();
  const quantile = (part: number) => {
    const at = part * (values.length - 1);
    const below = values[Math.floor(at)] as number;
    return below + (at % 1) * ((values[Math.ceil(at)] as number) - below);
  };
  return [quantile((1 - level) / 2), quantile((1 + level) / 2)];
}
