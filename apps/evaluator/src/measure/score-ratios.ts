import { type Drawn, drawByDraw, scoreOf } from "./drawn.ts";
import type { Score, ScoreRatios } from "./scores.ts";
import type { DrawnScore } from "./tally-scores.ts";

/** The scores of a contestant with their draws; null where that was not measured. */
export interface DrawnScores {
  readonly name: string;
  readonly oneStep: Readonly<Record<string, DrawnScore>> | null;
  readonly rolloutMean: Readonly<Record<string, DrawnScore>> | null;
  readonly ensemble: Readonly<Record<string, DrawnScore>> | null;
  readonly distillation: DrawnScore | null;
}

/** The scores of a contestant over another's, trajectory sets and runs drawn alike for both. */
export const scoreRatios = (own: DrawnScores, other: DrawnScores): ScoreRatios => ({
  to: other.name,
  oneStep: ratiosOf(own.oneStep, other.oneStep),
  rolloutMean: ratiosOf(own.rolloutMean, other.rolloutMean),
  ensemble: ratiosOf(own.ensemble, other.ensemble, isPositive),
  distillationError:
    own.distillation === null || other.distillation === null
      ? null
      : ratioOf(own.distillation.mean, other.distillation.mean),
});

/** An unbiased distance that comes out at 0 or below says nothing as a scale. */
const isPositive = (value: number): boolean => value > 0;

const isNotZero = (value: number): boolean => value !== 0;

const ratiosOf = (
  own: DrawnScores["oneStep"],
  other: DrawnScores["oneStep"],
  divides = isNotZero,
): Readonly<Record<string, Score>> | null =>
  own === null || other === null
    ? null
    : Object.fromEntries(
        Object.entries(own).map(([name, { mean }]) => [
          name,
          ratioOf(mean, other[name]?.mean ?? [], divides),
        ]),
      );

function ratioOf(own: Drawn, other: Drawn, divides = isNotZero): Score {
  const ratio = drawByDraw([own, other], ([above, below]) =>
    above == null || below == null || !divides(below) ? null : above / below,
  );
  const below = other[0] ?? null;
  const isDivided = below === null || divides(below);
  const reason = isDivided
    ? "one of the two has no value"
    : `what it is divided by is ${below === 0 ? "0" : "not positive"}`;
  return scoreOf(ratio, ratio[0] === null ? reason : undefined);
}
