import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { uniformGrid } from "./uniform-grid.ts";

test("a grid goes from 0 to 1 in equal steps", () => {
  expect(uniformGrid(4)).toEqual([0, 0.25, 0.5, 0.75, 1]);
});

test("a grid without steps is refused", () => {
  for (const steps of [0, 1.5, Number.NaN]) {
    try {
      uniformGrid(steps);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});
