import { ArgumentError, type Key } from "@eddyflow/core";
import { integers, split, uniform } from "@eddyflow/random";
import { checkCount, checkRange } from "../increments/increment-distribution.ts";

export interface PathPairsOptions {
  /** Steps N of the path, whose points are 0 (noise), 1, …, N (the end). */
  readonly steps: number;
  /** Equal jumps by which the student is to go from noise to the end; a divisor of N. 1 by default. */
  readonly jumps?: number;
  /** The share of pairs that are such a jump, from 0 to 1; the others are any i < j, each equally often. */
  readonly share: number;
}

/** Two points of a path per sample, the first before the second. */
export interface PathPairs {
  readonly from: Uint32Array;
  readonly to: Uint32Array;
}

/** Draws two points of a path for each of `count` samples; the same key gives the same draws. */
export type DrawPathPairs = (key: Key, count: number) => PathPairs;

/**
 * Which points of a path a student is trained to go between: with probability `share` a jump of its own sampler, which
 * for one jump is noise to end, else any pair i < j of the N(N + 1)/2.
 *
 * @throws ArgumentError for counts that are no positive integers, jumps that do not meet the points of the path, and a
 * share outside [0, 1].
 */
export function pathPairs({ steps, jumps = 1, share }: PathPairsOptions): DrawPathPairs {
  checkCount("steps", steps);
  checkCount("jumps", jumps);
  checkRange("share", share, [0, 1]);
  if (steps % jumps !== 0) {
    throw new ArgumentError({
      problem: `${jumps} equal jumps do not meet the points of a path of ${steps} steps`,
      expected: `a multiple of ${jumps} steps`,
      remedy: "give the path other steps, or the student other jumps",
    });
  }
  const length = steps / jumps;
  const all: (readonly [number, number])[] = [];
  for (let i = 0; i < steps; i++) for (let j = i + 1; j <= steps; j++) all.push([i, j]);
  return (key, count) => {
    const [forKind, forJump, forAny] = split(key, 3);
    const kind = uniform(forKind, count);
    const jump = integers(forJump, count, jumps);
    const any = integers(forAny, count, all.length);
    const drawn = Array.from(kind, (u, row) => {
      const start = (jump[row] as number) * length;
      return u < share ? ([start, start + length] as const) : (all[any[row] as number] as never);
    }) as readonly (readonly [number, number])[];
    return {
      from: Uint32Array.from(drawn, ([i]) => i),
      to: Uint32Array.from(drawn, ([, j]) => j),
    };
  };
}
