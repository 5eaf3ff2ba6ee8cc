import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { fittingIterations } from "./fit-budget.ts";

test("as many steps fit as 95 % of the time holds, validations among them", () => {
  const rate = { step: 0.5, validation: 10, firstValidation: 0 };
  // 0.5 s and a hundredth of 10 s for each step.
  expect(fittingIterations(rate, { seconds: 3600, validateEvery: 100 })).toBe(5700);
  expect(
    fittingIterations({ ...rate, firstValidation: 60 }, { seconds: 3600, validateEvery: 100 }),
  ).toBe(5600);
});

test("a time without room for one step is refused", () => {
  for (const seconds of [0.4, 0, -3]) {
    try {
      fittingIterations(
        { step: 0.5, validation: 0, firstValidation: 0 },
        { seconds, validateEvery: 10 },
      );
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
