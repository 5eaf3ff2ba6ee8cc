import { ArgumentError, type Key } from "@eddyflow/core";

/** Where along the flow to train: a start t and an increment δ > 0 per sample, with t + δ ≤ 1. */
export interface Increments {
  readonly t: Float32Array;
  readonly delta: Float32Array;
}

/** A distribution of (t, δ), and what an objective has to know of it. */
export interface IncrementDistribution {
  /** Draws `count` increments; the same key gives the same draws. */
  draw(key: Key, count: number): Increments;
  /** The smallest δ that is drawn. */
  readonly minimum: number;
  /** The largest δ that is drawn, at most 1. */
  readonly maximum: number;
  /** All δ that are drawn, each from its own multiples; absent where they are a range. */
  readonly levels?: readonly number[];
  /** Whether the increment from t to t + δ can be drawn, or one that differs from it by rounding alone. */
  covers(t: number, delta: number): boolean;
  /**
   * The δ at and below which a map should be taught by its teacher directly, which makes the end points of short
   * increments right; longer ones can be made of those. At least `minimum`.
   */
  readonly anchor: number;
}

/** Times and increments are drawn in float32: numbers closer than this are the same to `covers`. */
export const rounding = 1e-6;

/** @throws ArgumentError unless `low` ≤ `value` ≤ `high`. */
export function checkRange(
  name: string,
  value: number,
  [low, high]: readonly [number, number],
): void {
  if (value >= low && value <= high) return;
  throw new ArgumentError({
    problem: `${name} is ${value}`,
    expected: `a number from ${low} to ${high}`,
    remedy: `give another ${name}`,
  });
}

/** @throws ArgumentError unless `value` is a positive integer. */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value > 0) return;
  throw new ArgumentError({
    problem: `the number of ${name} is ${value}`,
    expected: "a positive integer",
    remedy: `give another number of ${name}`,
  });
}
