import { expect, test } from "vitest";
import { constant, cosine, warmUpCosine } from "./schedule.ts";

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

test("a warm-up rises in equal steps to max, and the cosine falls from there to min", () => {
  const schedule = warmUpCosine({ max: 4, min: 1, steps: 12, warmUp: 4 });
  expect([0, 1, 2, 3, 4].map(schedule)).toEqual([1, 2, 3, 4, 4]);
  expect([8, 12, 100].map(schedule)).toEqual([2.5, 1, 1]);
});

test("without a warm-up it is the cosine, bit for bit", () => {
  const options = { max: 3e-4, min: 1e-6, steps: 37 };
  const steps = Array.from({ length: 40 }, (_, step) => step);
  expect(steps.map(warmUpCosine({ ...options, warmUp: 0 }))).toEqual(steps.map(cosine(options)));
});

test.each([
  [8, 8],
  [8, -1],
  [0, 0],
  [8, Number.NaN],
])("a schedule of %d steps with a warm-up of %d is refused", (steps, warmUp) => {
  expect(() => warmUpCosine({ max: 1, min: 0, steps, warmUp })).toThrow(/cannot warm up for/);
});
