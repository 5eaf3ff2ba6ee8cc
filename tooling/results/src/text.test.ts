import { expect, test } from "vitest";
import { decimals, withInterval } from "./text.ts";

test("a number has its decimals and no zero before the point", () => {
  expect([0.04, 1.5, 9999.25, null].map(decimals(3))).toEqual([".040", "1.500", "9999.250", "–"]);
});

test("a number of 10,000 or more is short, with three digits", () => {
  expect([1e4, 5_974_773.999].map(decimals(3))).toEqual(["1.00e4", "5.97e6"]);
});

test("a figure has its interval in brackets where there is one", () => {
  expect(withInterval({ value: 0.04, interval: { low: 0.0385, high: 0.043 } })).toBe(
    ".0400 (.0385 to .0430)",
  );
  expect(withInterval({ value: 0.04, interval: null })).toBe(".0400");
});

test("a figure of a table has its column's decimals and a dash between the ends", () => {
  const table = { digits: 3, between: "–" };
  expect(withInterval({ value: 1.7167, interval: { low: 1.6404, high: 1.7919 } }, table)).toBe(
    "1.717 (1.640–1.792)",
  );
  expect(withInterval({ value: null, interval: { low: 1, high: 2 } }, table)).toBe("–");
});
