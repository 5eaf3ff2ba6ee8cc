import { expect, test } from "vitest";
import { atEqualCost } from "./at-equal-cost.ts";

const entry = (name: string, nfePerStep: number | null, error: number | null) => ({
  ...{ name, nfePerStep, error },
  undistilled: !name.startsWith("student"),
});
const contestants = [
  entry("teacher", 100, 0.1),
  entry("euler:1", 1, 0.3),
  entry("euler:2", 2, 0.25),
  entry("midpoint:1", 2, 0.2),
  entry("heun:1", 2, Number.NaN),
  entry("student", 2, 0.01),
];

test("a student is beside the best solver of the teacher with as many evaluations", () => {
  expect(atEqualCost(contestants, 2)?.name).toBe("midpoint:1");
  expect(atEqualCost(contestants, 1)?.name).toBe("euler:1");
});

test("where none has as many, it is the one with the most below", () => {
  expect(atEqualCost(contestants, 50)?.name).toBe("midpoint:1");
  expect(atEqualCost(contestants.slice(0, 1), 50)).toBeUndefined();
});
