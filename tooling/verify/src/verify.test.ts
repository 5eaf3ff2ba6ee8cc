import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { type Check, computedOnce, runCheck } from "./check.ts";
import { selectChecks } from "./checks.ts";
import { reportMarkdown, reportText } from "./report.ts";
import { jobsOf, runChecks } from "./run-checks.ts";

const check: Check = {
  system: "pendulum",
  name: "order in time",
  kind: "order",
  measured: () => 3.9,
  expected: 4,
  tolerance: 0.2,
};

test("a check is right within its tolerance, and wrong beyond, for NaN and for an error", () => {
  expect(runCheck(check)).toMatchObject({ ok: true, measured: 3.9, error: null });
  expect(runCheck({ ...check, tolerance: 0.05 }).ok).toBe(false);
  expect(runCheck({ ...check, measured: () => Number.NaN }).ok).toBe(false);
  const broken = (): number => {
    throw new Error("no solution");
  };
  expect(runCheck({ ...check, measured: broken })).toMatchObject({
    ok: false,
    measured: null,
    error: "no solution",
  });
});

test("what several checks share is computed once, and they stay together", () => {
  let calls = 0;
  const value = computedOnce(() => ++calls);
  expect([value(), value()]).toEqual([1, 1]);
  const jobs = jobsOf([
    check,
    { ...check, group: "a", seconds: 2 },
    check,
    { ...check, group: "a" },
  ]);
  expect(
    jobs.map(({ questions, seconds }) => [seconds, questions.map((one) => one.check)]),
  ).toEqual([
    [3, [1, 3]],
    [1, [0]],
    [1, [2]],
  ]);
});

test("the runs of an ensemble are spread, the longest first, and checks share them", () => {
  const ensemble = {
    name: "two runs",
    runs: 2,
    run: (index: number) => [10 * index],
    seconds: (index: number) => 1 + index,
  };
  const shared = { ...check, ensemble, seconds: 0 };
  expect(jobsOf([shared, shared]).map(({ questions }) => questions)).toEqual([
    [{ check: 0, run: 1 }],
    [{ check: 0, run: 0 }],
  ]);
  const measured = (runs: readonly (readonly number[])[]) => ({
    value: runs[1]?.[0] ?? Number.NaN,
    standardError: 0.5,
  });
  expect(runCheck({ ...shared, measured, expected: 10 }, [[0], [10]])).toMatchObject({
    ok: true,
    measured: 10,
    standardError: 0.5,
  });
});

test("every check has a name of its own and a tolerance", () => {
  const checks = selectChecks({ long: true, only: null });
  const names = checks.map(({ system, name }) => `${system}: ${name}`);
  expect(new Set(names).size).toBe(names.length);
  for (const { tolerance } of checks) expect(tolerance).toBeGreaterThan(0);
});

test("the page of verified figures has a row for every check", () => {
  const page = readFileSync(
    new URL("../../../packages/pde/VERIFICATION.md", import.meta.url),
    "utf8",
  );
  const rows = (page.split("<!-- verify:pde -->")[1] ?? "")
    .split("\n")
    .map((row) => row.split(" | ").map((cell) => cell.replace(/^\| /u, "").trim()));
  for (const { system, name } of selectChecks({ long: true, only: null })) {
    const [first, second] = [system, name].map((cell) => cell.replaceAll("|", "\\|"));
    expect(rows.filter((row) => row[0] === first && row[1] === second).length, name).toBe(1);
  }
});

test("threads return the outcomes in the order of the table", async () => {
  const selection = { long: false, only: "small waves" };
  const outcomes = await runChecks({
    ...selection,
    threads: 2,
    signal: new AbortController().signal,
    onProgress: () => {},
  });
  expect(outcomes.map(({ system, name, ok }) => [system, name, ok])).toEqual(
    selectChecks(selection).map(({ system, name }) => [system, name, true]),
  );
});

test("the tables show what is wrong, and escape what Markdown takes for itself", () => {
  const outcomes = [
    runCheck(check),
    runCheck({ ...check, name: "|k|", expected: 0, tolerance: 1e-13 }),
    runCheck({ ...check, name: "mean", measured: () => ({ value: 3.9, standardError: 0.1 }) }),
  ];
  expect(
    reportText(outcomes)
      .split("\n")
      .map((line) => line.split(/ {2,}/u)),
  ).toEqual([
    ["system", "check", "measured", "expected", "ok"],
    ["pendulum", "order in time", "3.9", "4 ± 0.2", "yes"],
    ["pendulum", "|k|", "3.9", "≤ 1.0e-13", "NO"],
    ["pendulum", "mean", "3.9 ± 0.1", "4 ± 0.2", "yes"],
  ]);
  expect(reportMarkdown(outcomes).split("\n").slice(0, 4)).toEqual([
    "| system   | check         | measured  | expected  | ok  |",
    "| -------- | ------------- | --------- | --------- | --- |",
    "| pendulum | order in time | 3.9       | 4 ± 0.2   | yes |",
    "| pendulum | \\|k\\|         | 3.9       | ≤ 1.0e-13 | NO  |",
  ]);
});
