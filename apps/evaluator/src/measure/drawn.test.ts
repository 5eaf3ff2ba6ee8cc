import { expect, test } from "vitest";
import { meanOverRuns } from "./drawn.ts";

const constant = (value: number) => Array<number>(4001).fill(value);

test("what is drawn from runs has the variance of their mean, without bias", () => {
  const [value, ...draws] = meanOverRuns([1, 2, 6].map(constant), 3) as number[];
  expect(value).toBe(3);
  const centre = draws.reduce((sum, x) => sum + x, 0) / draws.length;
  const variance = draws.reduce((sum, x) => sum + (x - centre) ** 2, 0) / draws.length;
  expect(centre).toBeCloseTo(3, 0);
  // s²/3 with s² = (4 + 1 + 9)/2.
  expect(variance / (7 / 3)).toBeGreaterThan(0.9);
  expect(variance / (7 / 3)).toBeLessThan(1.1);
});

test("runs of one place are drawn together for contestants with as many", () => {
  const own = meanOverRuns([1, 2, 6].map(constant), 3) as number[];
  const twice = meanOverRuns([2, 4, 12].map(constant), 3) as number[];
  expect(twice).toEqual(own.map((value) => 2 * value));
});

test("a run that is lost leaves no mean that looks better, and one run is itself", () => {
  expect(meanOverRuns([[1], [null], [2]], 3)).toEqual([null]);
  expect(meanOverRuns([[1, 2, null]], 3)).toEqual([1, 2, null]);
});
