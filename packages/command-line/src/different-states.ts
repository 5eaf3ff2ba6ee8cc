import type { Grid } from "@eddyflow/core";

/** The states that a model was trained on, or that data hold. */
export interface States {
  readonly channels: readonly string[];
  readonly grid: Grid;
  /** Physical time from one to the next; null where it is not known. */
  readonly interval: number | null;
}

/** Something that is one way here and another way there, in words. */
export interface Difference {
  readonly what: string;
  readonly was: string;
  readonly is: string;
}

/** Intervals and extents of other formats are differences of stored numbers. */
const rounded = (value: number): string => String(Number(value.toPrecision(6)));

const cellSizes = ({ extent, shape }: Grid): string =>
  extent.map((length, i) => rounded(length / (shape[i] ?? Number.NaN))).join(" × ");

/**
 * In what states differ, so far as a model would be wrong on the others: channels, cell size, boundary and interval. The
 * number of points is not among it, for a network goes over a larger field as over a smaller one.
 */
export function differentStates(was: States, is: States): readonly Difference[] {
  const rows: readonly (readonly [string, (states: States) => string])[] = [
    ["channels", ({ channels }) => channels.join(", ")],
    ["cell size", ({ grid }) => cellSizes(grid)],
    ["boundary", ({ grid }) => grid.boundary.join(" × ")],
    ["interval", ({ interval }) => rounded(interval ?? is.interval ?? was.interval ?? 0)],
  ];
  return rows
    .map(([what, say]) => ({ what, was: say(was), is: say(is) }))
    .filter((each) => each.was !== each.is);
}

/** The number of points, where it differs. */
export function differentPoints(was: States, is: States): readonly Difference[] {
  const [before, now] = [was, is].map(({ grid }) => grid.shape.join(" × ")) as [string, string];
  return before === now ? [] : [{ what: "points", was: before, is: now }];
}

/** One side of differences as a sentence says it: "cell size 0.5 × 0.5 and interval 2". */
export function inSentence(differences: readonly Difference[], side: "was" | "is"): string {
  const parts = differences.map((each) => `${each.what} ${each[side]}`);
  return [parts.slice(0, -1).join(", "), ...parts.slice(-1)].filter(Boolean).join(" and ");
}
