import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { equalSteps, samplerText } from "./equal-steps.ts";

test("a sampler in equal steps is written as it is read", () => {
  expect(equalSteps("midpoint", 2)).toEqual({
    kind: "integrate",
    tableau: "midpoint",
    times: [0, 0.5, 1],
  });
  expect(equalSteps("flow", 1)).toEqual({ kind: "jump", times: [0, 1] });
  for (const [name, steps] of [["rk4", 3] as const, ["flow", 4] as const]) {
    expect(samplerText(equalSteps(name, steps))).toBe(`${name}:${steps}`);
  }
});

test("an unknown name and a number of steps that is none are refused", () => {
  for (const [name, steps] of [
    ["eulr", 1] as const,
    ["euler", 0] as const,
    ["flow", 1.5] as const,
  ]) {
    try {
      equalSteps(name, steps);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
