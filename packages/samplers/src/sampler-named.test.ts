import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { equalSteps, samplerInWords, samplerText } from "./equal-steps.ts";
import { samplerNamed, samplerNames } from "./sampler-named.ts";
import { cosineSpacing } from "./spacings/cosine-spacing.ts";

test("every sampler is written as it is read, in the steps that it has", () => {
  for (const name of samplerNames) {
    const steps = name === "direct" ? 1 : 5;
    expect(samplerText(samplerNamed(name, steps))).toBe(`${name}:${steps}`);
  }
  expect(samplerNames).toContain("three-eighths-cosine");
});

test("a tableau alone goes in equal steps, and with a spacing in those of the spacing", () => {
  expect(samplerNamed("midpoint", 4)).toEqual(equalSteps("midpoint", 4));
  const spaced = samplerNamed("midpoint-cosine", 10);
  expect(spaced).toEqual({
    kind: "integrate",
    tableau: "midpoint",
    times: cosineSpacing.times(10),
  });
  expect(samplerInWords(spaced)).toBe("10 cosine-spaced midpoint steps");
  // Two steps are equal in both.
  expect(samplerText(samplerNamed("heun-cosine", 2))).toBe("heun:2");
});

test("times of no spacing are called one's own", () => {
  const own = { kind: "integrate", tableau: "midpoint", times: [0, 0.9, 1] } as const;
  expect(samplerText(own)).toBe("midpoint-own:2");
  expect(samplerInWords(own)).toBe("2 own-spaced midpoint steps");
});

test("an unknown name and a number of steps that is none are refused", () => {
  for (const [name, steps] of [
    ["midpoint-sine", 4],
    ["flow-cosine", 4],
    ["midpoint-cosine", 0],
  ] as const) {
    try {
      samplerNamed(name, steps);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
