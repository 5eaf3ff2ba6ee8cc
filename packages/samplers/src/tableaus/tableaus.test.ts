import { describe, expect, test } from "vitest";
import type { ButcherTableau } from "../butcher-tableau.ts";
import { tableauOf, tableaus } from "./tableaus.ts";

const sum = (xs: readonly number[]) => xs.reduce((total, x) => total + x, 0);

test("every tableau is found by its own name, and by no other's", () => {
  for (const tableau of tableaus) expect(tableauOf(tableau.name)).toBe(tableau);
  expect(new Set(tableaus.map(({ name }) => name)).size).toBe(tableaus.length);
});

describe.each(tableaus)("$name", ({ order, a, b, c }: ButcherTableau) => {
  test("has rows that sum to c and weights that sum to 1", () => {
    expect(a.length).toBe(b.length);
    expect(c.length).toBe(b.length);
    a.forEach((row, i) => {
      expect(row.length).toBe(i);
      expect(sum(row)).toBeCloseTo(c[i] as number, 14);
    });
    expect(sum(b)).toBeCloseTo(1, 14);
  });

  test("meets the order conditions up to its order and not beyond", () => {
    const dot = (x: readonly number[], y: readonly number[]) =>
      sum(x.map((value, i) => value * (y[i] as number)));
    const timesA = (x: readonly number[]) => a.map((row) => dot(row, x.slice(0, row.length)));
    const times = (x: readonly number[], y: readonly number[]) =>
      x.map((value, i) => value * (y[i] as number));
    const cc = times(c, c);
    // One [Σ, required value] per rooted tree; Hairer, Nørsett, Wanner, table II.2.2.
    const conditions: Record<number, readonly (readonly [number, number])[]> = {
      2: [[dot(b, c), 1 / 2]],
      3: [
        [dot(b, cc), 1 / 3],
        [dot(b, timesA(c)), 1 / 6],
      ],
      4: [
        [dot(b, times(cc, c)), 1 / 4],
        [dot(b, times(c, timesA(c))), 1 / 8],
        [dot(b, timesA(cc)), 1 / 12],
        [dot(b, timesA(timesA(c))), 1 / 24],
      ],
      5: [[dot(b, times(cc, cc)), 1 / 5]],
    };
    const fulfilled = (p: number) =>
      conditions[p]?.every(([left, right]) => Math.abs(left - right) < 1e-14);
    for (let p = 2; p <= order; p++) expect(fulfilled(p)).toBe(true);
    expect(fulfilled(order + 1)).toBe(false);
  });
});
