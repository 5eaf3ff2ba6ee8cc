import { expect, test } from "vitest";
import { dormandPrince } from "./dormand-prince.ts";

const { a, c, error, interpolant } = dormandPrince;
const sum = (xs: readonly number[]) => xs.reduce((total, x) => total + x, 0);
const dot = (x: readonly number[], y: readonly number[]) =>
  sum(x.map((value, i) => value * (y[i] as number)));
const timesA = (x: readonly number[]) => a.map((row) => dot(row, x.slice(0, row.length)));
const times = (x: readonly number[], y: readonly number[]) =>
  x.map((value, i) => value * (y[i] as number));
const cc = times(c, c);
const ac = timesA(c);

/** [Φ of the stages, order ρ, density γ] of the rooted trees of orders 1 to 5; Hairer, Nørsett, Wanner, table II.2.2. */
const trees: readonly (readonly [readonly number[], number, number])[] = [
  [c.map(() => 1), 1, 1],
  [c, 2, 2],
  [cc, 3, 3],
  [ac, 3, 6],
  [times(cc, c), 4, 4],
  [times(c, ac), 4, 8],
  [timesA(cc), 4, 12],
  [timesA(ac), 4, 24],
  [times(cc, cc), 5, 5],
  [times(cc, ac), 5, 10],
  [times(c, timesA(cc)), 5, 15],
  [times(c, timesA(ac)), 5, 30],
  [times(ac, ac), 5, 20],
  [timesA(times(cc, c)), 5, 20],
  [timesA(times(c, ac)), 5, 40],
  [timesA(timesA(cc)), 5, 60],
  [timesA(timesA(ac)), 5, 120],
];
const upTo = (order: number) => trees.filter(([, rho]) => rho <= order);

test("the end point is of order 5 and the embedded one of order 4, not 5", () => {
  const b = [...(a.at(-1) as readonly number[]), 0];
  for (const [phi, , density] of upTo(5)) expect(dot(b, phi)).toBeCloseTo(1 / density, 13);
  for (const [phi] of upTo(4)) expect(dot(error, phi)).toBeCloseTo(0, 13);
  expect(trees.some(([phi]) => Math.abs(dot(error, phi)) > 1e-4)).toBe(true);
});

test("rows sum to c", () => {
  a.forEach((row, i) => {
    expect(row.length).toBe(i);
    expect(sum(row)).toBeCloseTo(c[i] as number, 13);
  });
});

test("the interpolant is of order 4 at every fraction θ of a step, and ends at the end point", () => {
  for (const theta of [0.1, 0.3, 0.5, 0.77, 1]) {
    const b = interpolant.map((row) => sum(row.map((p, j) => p * theta ** (j + 1))));
    for (const [phi, order, density] of upTo(4)) {
      expect(dot(b, phi)).toBeCloseTo(theta ** order / density, 12);
    }
    if (theta === 1) {
      b.slice(0, 6).forEach((weight, i) => {
        expect(weight).toBeCloseTo(a[6]?.[i] as number, 13);
      });
    }
  }
});
