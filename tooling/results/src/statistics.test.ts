import { expect, test } from "vitest";
import { deviation, estimate, mean, studentQuantile } from "./statistics.ts";

// Printed tables: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2.
test.each([
  [1, 6.314, 12.706],
  [2, 2.92, 4.303],
  [3, 2.353, 3.182],
  [4, 2.132, 2.776],
  [5, 2.015, 2.571],
  [9, 1.833, 2.262],
  [10, 1.812, 2.228],
  [29, 1.699, 2.045],
  [30, 1.697, 2.042],
  [100, 1.66, 1.984],
])(
  "with %i degrees of freedom Student's t is below %d in 95 and below %d in 97.5 of 100",
  (degrees, one, two) => {
    expect(studentQuantile(0.95, degrees)).toBeCloseTo(one, 3);
    expect(studentQuantile(0.975, degrees)).toBeCloseTo(two, 3);
  },
);

test("one and two degrees of freedom have closed forms", () => {
  for (const p of [0.5, 0.6, 0.9, 0.975, 0.999]) {
    expect(studentQuantile(p, 1)).toBeCloseTo(Math.tan(Math.PI * (p - 0.5)), 6);
    expect(studentQuantile(p, 2)).toBeCloseTo((2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p))), 6);
  }
});

test("the interval of 1, 2, 3 is 2 ± 4.303/√3", () => {
  const { mean: centre, half } = estimate([3, 1, 2]);
  expect(centre).toBe(2);
  expect(half).toBeCloseTo(4.302653 / Math.sqrt(3), 5);
});

test("one value has no interval, and one that is missing leaves no mean of the others", () => {
  expect(estimate([0.5])).toEqual({ mean: 0.5, half: null });
  expect(estimate([0.5, null, 0.25])).toEqual({ mean: null, half: null });
  expect([mean([]), deviation([1, null])]).toEqual([null, null]);
  expect(deviation([1, 2, 3])).toBe(1);
});
