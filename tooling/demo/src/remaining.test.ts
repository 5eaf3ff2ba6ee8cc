import { expect, test } from "vitest";
import { remainingSeconds, slowdown } from "./remaining.ts";

const steps = [
  { expected: 10, taken: 30 },
  { expected: 20, taken: 60 },
  { expected: 40, taken: null },
  { expected: 5, taken: null },
];

test("what is left is scaled by what the finished steps took", () => {
  expect(slowdown(steps, 1)).toBe(3);
  expect(remainingSeconds(steps, 2, 1)).toBe(135);
});

test("before the first step the guess counts", () => {
  const fresh = steps.map(({ expected }) => ({ expected, taken: null }));
  expect(remainingSeconds(fresh, 0, 6)).toBe(450);
});

test("a step that an earlier run had finished says nothing about the speed", () => {
  expect(
    slowdown(
      [
        { expected: 100, taken: 1 },
        { expected: 10, taken: 20 },
      ],
      1,
    ),
  ).toBe(2);
});
