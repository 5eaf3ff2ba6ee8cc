import { expect, test } from "vitest";
import { equalSteps } from "./equal-steps.ts";
import { nfeOf } from "./nfe-of.ts";

test("a Runge–Kutta method costs its stages in each step", () => {
  expect(nfeOf(equalSteps("midpoint", 50))).toBe(100);
  expect(nfeOf(equalSteps("euler", 2))).toBe(2);
  expect(nfeOf(equalSteps("rk4", 3))).toBe(12);
});

test("a flow map costs two evaluations a step, and one where it goes all the way", () => {
  expect(nfeOf(equalSteps("flow", 1))).toBe(1);
  expect(nfeOf(equalSteps("flow", 2))).toBe(4);
});
