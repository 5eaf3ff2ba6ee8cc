import { ArgumentError, type Key } from "@eddyflow/core";
import { integers, permutation, split, uniform } from "@eddyflow/random";
import { randomBeta } from "d3-random";
import { intervalsOf } from "./intervals-of.ts";

/** Where along the flow to train: a start t and an increment δ per sample, t + δ ≤ 1. */
export interface Increments {
  readonly t: Float32Array;
  readonly delta: Float32Array;
}

/** Draws `count` increments; the same key gives the same draws. */
export type IncrementDistribution = (key: Key, count: number) => Increments;

/** The origin's smallest increment: at δ = 0 a flow map is the identity and teaches nothing. */
const defaultMinimum = 1e-3;

export interface ContinuousIncrementsOptions {
  /** The smallest δ, in (0, 1]; .001 by default. */
  readonly minimum?: number;
}

function checkRange(name: string, value: number, [low, high]: readonly [number, number]): void {
  if (value >= low && value <= high) return;
  throw new ArgumentError({
    problem: `${name} is ${value}`,
    expected: `a number from ${low} to ${high}`,
    remedy: `give another ${name}`,
  });
}

/** Given how δ is drawn, the distribution with t uniform on [0, 1 − δ]. */
function withUniformTimes(
  draw: (key: Key, count: number) => (index: number) => number,
): IncrementDistribution {
  return (key, count) => {
    const [forDelta, forTime] = split(key) as [Key, Key];
    const delta = Float32Array.from({ length: count }, (_, i) => i).map(draw(forDelta, count));
    const t = uniform(forTime, count).map((u, i) => u * (1 - (delta[i] as number)));
    return { t, delta };
  };
}

/**
 * δ uniform on [minimum, 1], t uniform on [0, 1 − δ].
 *
 * @throws ArgumentError if `minimum` is out of range, as do the other distributions.
 */
export function uniformIncrements({
  minimum = defaultMinimum,
}: ContinuousIncrementsOptions = {}): IncrementDistribution {
  checkRange("minimum", minimum, [Number.MIN_VALUE, 1]);
  return withUniformTimes((key, count) => {
    const u = uniform(key, count);
    return (i) => minimum + (1 - minimum) * (u[i] as number);
  });
}

/** δ = √(minimum + (1 − minimum)u) with u uniform, which favours long increments; t uniform on [0, 1 − δ]. */
export function squareRootIncrements({
  minimum = defaultMinimum,
}: ContinuousIncrementsOptions = {}): IncrementDistribution {
  checkRange("minimum", minimum, [Number.MIN_VALUE, 1]);
  return withUniformTimes((key, count) => {
    const u = uniform(key, count);
    return (i) => Math.sqrt(minimum + (1 - minimum) * (u[i] as number));
  });
}

export interface BetaIncrementsOptions extends ContinuousIncrementsOptions {
  /** First shape of the beta law, positive; ½ by default, which favours short increments. */
  readonly alpha?: number;
  /** Second shape, positive; 1 by default. */
  readonly beta?: number;
}

/** δ = minimum + (1 − minimum)b with b from the beta law, t uniform on [0, 1 − δ]. */
export function betaIncrements({
  alpha = 0.5,
  beta = 1,
  minimum = defaultMinimum,
}: BetaIncrementsOptions = {}): IncrementDistribution {
  checkRange("alpha", alpha, [Number.MIN_VALUE, Number.MAX_VALUE]);
  checkRange("beta", beta, [Number.MIN_VALUE, Number.MAX_VALUE]);
  checkRange("minimum", minimum, [Number.MIN_VALUE, 1]);
  return withUniformTimes((key, count) => {
    // Rejection takes an unknown number of draws: each sample reads a stream of its own.
    const keys = split(key, count);
    return (i) => {
      const b = randomBeta.source(stream(keys[i] as Key))(alpha, beta)();
      return minimum + (1 - minimum) * b;
    };
  });
}

/** An endless stream of uniform numbers, as d3-random wants it. */
function stream(key: Key): () => number {
  let [next, rest] = split(key) as [Key, Key];
  let block = uniform(next, 16);
  let used = 0;
  return () => {
    if (used === block.length) {
      [next, rest] = split(rest) as [Key, Key];
      block = uniform(next, 16);
      used = 0;
    }
    return block[used++] as number;
  };
}

export interface FixedIncrementsOptions {
  /** The number of steps that the sampler will take. */
  readonly steps: number;
  /** How far δ strays from 1/steps, relative to it, in [0, 1); 0 by default. */
  readonly jitter?: number;
}

/** δ = (1 + jitter·u)/steps, u uniform on [−1, 1), at most 1; t uniform on [0, 1 − δ]. */
export function fixedIncrements({
  steps,
  jitter = 0,
}: FixedIncrementsOptions): IncrementDistribution {
  checkRange("steps", steps, [1, Number.MAX_SAFE_INTEGER]);
  checkRange("jitter", jitter, [0, 1 - Number.EPSILON]);
  return withUniformTimes((key, count) => {
    const u = uniform(key, count);
    return (i) => Math.min(1, (1 + jitter * (2 * (u[i] as number) - 1)) / steps);
  });
}

/** `count` integers below `kinds`, each as often as the others or once more, in random order. */
function evenly(key: Key, count: number, kinds: number): Uint32Array {
  const [forOffset, forOrder] = split(key) as [Key, Key];
  const offset = integers(forOffset, 1, kinds)[0] as number;
  return permutation(forOrder, count).map((rank) => (rank + offset) % kinds);
}

/**
 * δ ∈ {1, ½, ¼, …, 2^(1 − levels)}, each level equally likely, t a multiple of δ. The levels are spread
 * over the draws as evenly as `count` allows, in random order, for a steadier gradient than independent
 * draws give.
 *
 * @throws ArgumentError unless `levels` is a positive integer.
 */
export function dyadicIncrements({ levels }: { readonly levels: number }): IncrementDistribution {
  if (!Number.isInteger(levels) || levels < 1) {
    throw new ArgumentError({
      problem: `there cannot be ${levels} levels of increments`,
      expected: "a positive integer; 4 levels are 1, 1/2, 1/4 and 1/8",
      remedy: "give the number of levels",
    });
  }
  return (key, count) => {
    const [forLevel, forTime] = split(key) as [Key, Key];
    const u = uniform(forTime, count);
    const delta = Float32Array.from(evenly(forLevel, count, levels), (level) => 2 ** -level);
    const t = delta.map((width, i) => Math.floor((u[i] as number) / width) * width);
    return { t, delta };
  };
}

/**
 * The intervals of a grid, each equally likely and spread as evenly as `count` allows: t the left end, δ
 * the width. What a student needs that will be run on this grid and on no other.
 *
 * @throws ArgumentError if the grid has fewer than two times.
 */
export function gridTimes(grid: readonly number[]): IncrementDistribution {
  const steps = intervalsOf(grid);
  return (key, count) => {
    const chosen = Array.from(
      evenly(key, count, steps.length),
      (i) => steps[i] as readonly [number, number],
    );
    return {
      t: Float32Array.from(chosen, ([time]) => time),
      delta: Float32Array.from(chosen, ([, width]) => width),
    };
  };
}
