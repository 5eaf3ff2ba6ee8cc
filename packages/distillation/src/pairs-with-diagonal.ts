import { ArgumentError, type BatchRows, type Key } from "@eddyflow/core";
import { drawRows, numRows, split, uniform } from "@eddyflow/random";
import type { IncrementDistribution, Increments } from "./increments/increment-distribution.ts";
import { trialDraws } from "./increments/trial-draws.ts";

/** Draws of (t, δ), the first `still` of them with δ = 0. */
export interface PairsWithDiagonal extends Increments {
  readonly still: number;
}

/**
 * Draws `count` pairs (t, δ). A share of them, the first ones, lies on the diagonal: δ = 0 with t uniform on [0, 1].
 * There a mean velocity is the velocity itself.
 */
export function pairsWithDiagonal(
  increments: IncrementDistribution,
  share: number,
  {
    key,
    count,
    rows,
  }: { readonly key: Key; readonly count: number; readonly rows?: BatchRows | undefined },
): PairsWithDiagonal {
  const [forIncrements, forDiagonal] = split(key);
  const stillOf = (all: number) => Math.round(share * all);
  const drawn = drawRows(count, rows, (all) => {
    const { t, delta } = increments.draw(forIncrements, all);
    const still = stillOf(all);
    t.set(uniform(forDiagonal, still));
    return { t, delta: delta.fill(0, 0, still) };
  });
  const still = rows === undefined ? stillOf(count) : numRows({ ...rows, of: stillOf(rows.of) });
  return { ...drawn, still };
}

/** The longest of the shortest increments that still ties a differential equation in δ to its start at δ = 0. */
const longestStart = 1 / 16;

/**
 * Checks that increments suit an objective which knows a map by its derivative alone: they come from near δ = 0, where
 * the map is the identity, and leave no gap, across which nothing would be carried.
 *
 * @throws ArgumentError where they do not, or where the share of the diagonal is not in [0, 1).
 */
export function checkContinuous(increments: IncrementDistribution, diagonal: number): void {
  if (!(diagonal >= 0 && diagonal < 1)) {
    throw new ArgumentError({
      problem: `the share of pairs with δ = 0 is ${diagonal}`,
      expected: "a number from 0 to below 1",
      remedy: "give another share",
    });
  }
  const { minimum, covers } = increments;
  if (!(minimum <= longestStart)) {
    throw new ArgumentError({
      problem: `the smallest increment is ${minimum}, and the derivative in δ says nothing of what lies before it`,
      expected: `increments from ${longestStart} or less`,
      remedy: "give a smaller minimum, or uniform increments",
    });
  }
  const { t, delta } = trialDraws(increments);
  const alone = delta.filter((width, i) => !covers(t[i] as number, 0.75 * width)).length;
  if (alone <= delta.length / 2) return;
  throw new ArgumentError({
    problem: "the increments have gaps, across which the derivative in δ carries nothing",
    expected: "increments of every size between the smallest and the largest",
    remedy: "use uniform, square-root, beta or logit-normal increments",
  });
}
