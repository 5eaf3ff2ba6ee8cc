import { expect, test } from "vitest";
import { remainingSeconds, slowdown } from "./remaining.ts";

const steps = [
  { expected: 10, taken: 30 },
  { expected: 20, taken: 60 },
  { expected: 40, taken: null },
  { expected: 5, taken: null },
];

test("what is left is scaled by what the finished steps took", () => {
  expect(slowdown(steps)).toBe(3);
  expect(remainingSeconds(steps, 2)).toBe(135);
});

test("before the first step the expectations count as they are", () => {
  const fresh = steps.map(({ expected }) => ({ expected, taken: null }));
  expect(remainingSeconds(fresh, 0)).toBe(75);
});

test("a step that an earlier run had finished says nothing about the speed", () => {
  expect(
    slowdown([
      { expected: 100, taken: 1 },
      { expected: 10, taken: 20 },
    ]),
  ).toBe(2);
});
