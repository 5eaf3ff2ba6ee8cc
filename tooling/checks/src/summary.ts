/** How many tests vitest ran. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads vitest's JSON report; null where it wrote none or broke off. */
export function testCounts(report: string | null): TestCounts | null {
  if (report === null) return null;
  const json = JSON.parse(report) as Readonly<Record<string, unknown>>;
  const count = (key: string) => (typeof json[key] === "number" ? json[key] : 0);
  return {
    passed: count("numPassedTests"),
    failed: count("numFailedTests"),
    skipped: count("numPendingTests") + count("numTodoTests"),
  };
}

/**
 * The last line of a run, "N passed, N failed" with skipped tests named where there are any. The step
 * "tests" counts as its tests, and as one failure where it failed without a failing test; every other
 * step counts as one.
 */
export function closingLine(
  results: readonly { readonly name: string; readonly passed: boolean }[],
  tests: TestCounts | null,
): string {
  let passed = 0;
  let failed = 0;
  for (const result of results) {
    if (result.name !== "tests" || tests === null) {
      if (result.passed) passed++;
      else failed++;
      continue;
    }
    passed += tests.passed;
    failed += result.passed ? tests.failed : Math.max(1, tests.failed);
  }
  const skipped = tests === null || tests.skipped === 0 ? "" : `, ${tests.skipped} skipped`;
  return `${passed} passed, ${failed} failed${skipped}`;
}
