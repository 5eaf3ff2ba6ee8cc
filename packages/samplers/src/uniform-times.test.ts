import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { uniformTimes } from "./uniform-times.ts";

test("the times go from 0 to 1 in equal steps", () => {
  expect(uniformTimes(4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test("no times without steps", () => {
  for (const steps of [0, 1.5, Number.NaN]) {
    try {
      uniformTimes(steps);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
