import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { equalSteps, samplerInWords, samplerText } from "./equal-steps.ts";

test("a sampler in equal steps is written as it is read", () => {
  expect(equalSteps("midpoint", 2)).toEqual({
    kind: "integrate",
    tableau: "midpoint",
    times: [0, 0.5, 1],
  });
  expect(equalSteps("flow", 1)).toEqual({ kind: "jump", times: [0, 1] });
  expect(equalSteps("direct", 1)).toEqual({ kind: "direct" });
  for (const text of ["rk4:3", "flow:4", "direct:1"]) {
    const [name = "", steps] = text.split(":");
    expect(samplerText(equalSteps(name, Number(steps)))).toBe(text);
  }
  expect(samplerInWords(equalSteps("euler", 1))).toBe("1 Euler step");
  expect(samplerInWords(equalSteps("flow", 2))).toBe("2 flow-map steps");
});

test("an unknown name and a number of steps that is none are refused", () => {
  for (const [name, steps] of [
    ["eulr", 1],
    ["euler", 0],
    ["flow", 1.5],
    ["direct", 2],
  ] as const) {
    try {
      equalSteps(name, steps);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
