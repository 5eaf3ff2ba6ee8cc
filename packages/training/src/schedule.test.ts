import { expect, test } from "vitest";
import { constant, cosine } from "./schedule.ts";

test("a cosine falls from max through the middle to min, and stays there", () => {
  const schedule = cosine({ max: 3, min: 1, steps: 8 });
  expect([0, 4, 8, 9, 1000].map(schedule)).toEqual([3, 2, 1, 1, 1]);
  expect(schedule(2)).toBeCloseTo(2 + Math.SQRT1_2, 12);
});

test("a cosine without a length is refused", () => {
  expect(() => cosine({ max: 1, min: 0, steps: 0 })).toThrow(/cannot last 0 steps/);
});

test("a constant is the same at each step", () => {
  expect([0, 10].map(constant(0.5))).toEqual([0.5, 0.5]);
});
