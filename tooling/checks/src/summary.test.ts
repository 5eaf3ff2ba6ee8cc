import { expect, test } from "vitest";
import { closingLine, testCounts } from "./summary.ts";

const report = JSON.stringify({ numPassedTests: 40, numFailedTests: 0, numPendingTests: 0 });

test("steps count once and tests count each", () => {
  const results = [
    { name: "lint", passed: true },
    { name: "tests", passed: true },
    { name: "knip", passed: false },
  ];
  expect(closingLine(results, testCounts(report))).toBe("41 passed, 1 failed");
});

test("a test run that fails without a failing test is still a failure", () => {
  const results = [{ name: "tests", passed: false }];
  expect(closingLine(results, testCounts(report))).toBe("40 passed, 1 failed");
  expect(closingLine(results, testCounts(null))).toBe("0 passed, 1 failed");
});

test("skipped tests are named", () => {
  const skipped = JSON.stringify({ numPassedTests: 1, numFailedTests: 0, numPendingTests: 2 });
  expect(closingLine([{ name: "tests", passed: true }], testCounts(skipped))).toBe(
    "1 passed, 0 failed, 2 skipped",
  );
});
