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
  ensemble: ratiosOf(own.ensemble, other.ensemble, ofPositive),
  distillationError:
    own.distillation === null || other.distillation === null
      ? null
      : ratioOf(own.distillation.mean, other.distillation.mean),
});

/** An unbiased distance that comes out at 0 or below says nothing as a scale. */
const ofPositive = (drawn: Drawn): Drawn =>
  drawn.map((value) => (value !== null && value > 0 ? value : null));

const ratiosOf = (
  own: DrawnScores["oneStep"],
  other: DrawnScores["oneStep"],
  usable: (drawn: Drawn) => Drawn = (drawn) => drawn,
): Readonly<Record<string, Score>> | null =>
  own === null || other === null
    ? null
    : Object.fromEntries(
        Object.entries(own).map(([name, { mean }]) => [
          name,
          ratioOf(mean, usable(other[name]?.mean ?? [])),
        ]),
      );

function ratioOf(own: Drawn, other: Drawn): Score {
  const ratio = drawByDraw([own, other], ([above, below]) =>
    above == null || below == null || below === 0 ? null : above / below,
  );
  const reason =
    other[0] === 0
      ? "what it is divided by is 0"
      : ratio[0] === null
        ? "one of the two has no value"
        : undefined;
  return scoreOf(ratio, reason);
}
