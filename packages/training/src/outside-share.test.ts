import { expect, test } from "vitest";
import { outsideShare } from "./outside-share.ts";

test("everything but gradient and optimizer is outside, and a validation is no part of a step", () => {
  const seconds = { data: 1, targets: 1, gradient: 90, optimizer: 6, logging: 2, validation: 500 };
  expect(outsideShare(seconds)).toBeCloseTo(0.04);
  expect(outsideShare({ gradient: 0, validation: 3 })).toBe(0);
});
