import { expect, test } from "vitest";
import { spreadLabels } from "./spread-labels.ts";

test("labels with room stay where they want to be", () => {
  expect(spreadLabels([50, 10, 90], 16, [0, 100])).toEqual([50, 10, 90]);
});

test("labels that touch are set around the mean of what they want, in order", () => {
  expect(spreadLabels([52, 50, 48], 10, [0, 100])).toEqual([60, 50, 40]);
  expect(spreadLabels([50, 52], 10, [0, 100])).toEqual([46, 56]);
});

test("a group that grows pushes its neighbour along", () => {
  // 20 and 22 would be 16 and 26; 30 touches them, and all three centre on 24.
  expect(spreadLabels([20, 22, 30], 10, [0, 100])).toEqual([14, 24, 34]);
});

test("labels stay within their bounds", () => {
  expect(spreadLabels([0, 1, 2], 10, [0, 100])).toEqual([0, 10, 20]);
  expect(spreadLabels([100, 99], 10, [0, 100])).toEqual([100, 90]);
});
