import { key } from "@eddyflow/random";
import { expect, test } from "vitest";
import { betaIncrements } from "./increments/beta-increments.ts";
import { dyadicIncrements } from "./increments/dyadic-increments.ts";
import { fixedIncrements } from "./increments/fixed-increments.ts";
import { incrementsBetween } from "./increments/increments-between.ts";
import { logitNormalIncrements } from "./increments/logit-normal-increments.ts";
import { squareRootIncrements } from "./increments/square-root-increments.ts";
import { uniformIncrements } from "./increments/uniform-increments.ts";
import { checkContinuous, pairsWithDiagonal } from "./pairs-with-diagonal.ts";

test("the share of the diagonal comes first, at δ = 0 and any t", () => {
  const { t, delta, still } = pairsWithDiagonal(uniformIncrements(), 0.25, {
    key: key(1),
    count: 4000,
  });
  expect(still).toBe(1000);
  expect(delta.subarray(0, 1000).every((width) => width === 0)).toBe(true);
  expect(delta.subarray(1000).every((width) => width > 0)).toBe(true);
  const mean = t.subarray(0, 1000).reduce((sum, each) => sum + each, 0) / 1000;
  expect(mean).toBeCloseTo(0.5, 1);
});

test.each([
  ["uniform", uniformIncrements()],
  ["square-root", squareRootIncrements()],
  ["beta", betaIncrements()],
  ["logit-normal", logitNormalIncrements({ mean: -0.8 })],
] as const)("%s increments reach from near 0 without a gap", (_, increments) => {
  expect(() => checkContinuous(increments, 0)).not.toThrow();
});

test.each([
  ["dyadic", dyadicIncrements({ levels: 6 }), /gaps/],
  ["between", incrementsBetween([0, 0.05, 1]), /gaps/],
  ["fixed", fixedIncrements({ steps: 4, jitter: 0.2 }), /smallest increment is 0\.2/],
  ["long", uniformIncrements({ minimum: 0.3 }), /smallest increment is 0\.3/],
] as const)("%s increments are refused in one line", (_, increments, message) => {
  expect(() => checkContinuous(increments, 0)).toThrow(message);
});

test("a share of the diagonal outside [0, 1) is refused", () => {
  for (const share of [-0.1, 1, Number.NaN]) {
    expect(() => checkContinuous(uniformIncrements(), share)).toThrow(/share of pairs with δ = 0/);
  }
});
