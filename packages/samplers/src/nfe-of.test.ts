import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { equalSteps } from "./equal-steps.ts";
import { nfeOf } from "./nfe-of.ts";

test("a Runge–Kutta method costs its stages in each step", () => {
  expect(nfeOf(equalSteps("midpoint", 50), "velocity")).toBe(100);
  expect(nfeOf(equalSteps("euler", 2), "velocity")).toBe(2);
  expect(nfeOf(equalSteps("rk4", 3), "velocity")).toBe(12);
});

test("a corrector costs two evaluations a jump, and one where it goes all the way", () => {
  const flow = (steps: number) => nfeOf(equalSteps("flow", steps), "corrector");
  expect(flow(1)).toBe(1);
  expect(flow(2)).toBe(4);
});

test("a mean velocity costs one evaluation a jump, and what needs no flow times one", () => {
  expect(nfeOf(equalSteps("flow", 3), "mean-velocity")).toBe(3);
  expect(nfeOf(equalSteps("direct", 1), "generator")).toBe(1);
});

test.each([[[0]], [[0, 0, 1]], [[0, 0.6, 0.4, 1]], [[1, 0]], [[0, 0.5]], [[0.5, 1]], [[0, 2]]])(
  "a sampler along %j is not one from noise to data",
  (times) => {
    for (const sampler of [
      { kind: "integrate", tableau: "euler", times },
      { kind: "jump", times },
    ] as const) {
      try {
        nfeOf(sampler, "velocity");
        expect.unreachable();
      } catch (error) {
        expect(isEddyflowError(error, "ArgumentError")).toBe(true);
      }
    }
  },
);
