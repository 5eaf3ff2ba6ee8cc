import { expect, test } from "vitest";
import { progressLine } from "./progress.ts";

test("the remaining time goes on at the speed until now", () => {
  expect(progressLine(50e6, 200e6, 10)).toBe(" 25 % (50 of 200 MB), 30 s left");
  expect(progressLine(200e6, 200e6, 10)).toBe("100 % (200 of 200 MB), 0 s left");
});
