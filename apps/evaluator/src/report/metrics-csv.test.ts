import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { metricsCsv, spectraCsv } from "./metrics-csv.ts";

const rows = metricsCsv(exampleEvaluation)
  .trimEnd()
  .split("\n")
  .map((line) => line.split(","));

test("metrics are in long form, one figure a line", () => {
  expect(rows[0]).toEqual(["contestant", "mode", "metric", "step", "time", "value"]);
  expect(rows).toContainEqual(["teacher", "cost", "nfe_per_step", "", "", "100"]);
  expect(rows).toContainEqual(["flow", "one-step", "distillation_error", "1", "2", "0.133"]);
  expect(rows).toContainEqual(["teacher", "one-step", "teacher_spread", "1", "2", "0.42"]);
  expect(rows).toContainEqual(["climatology", "rollout", "crps", "8", "16", "0.56"]);
  expect(rows.every((row) => row.length === 6)).toBe(true);
});

test("what was not measured has no line", () => {
  expect(rows.some(([name, , metric]) => name === "solver" && metric === "nfe_per_step")).toBe(
    false,
  );
});

test("a name with a comma or a quote is quoted", () => {
  const [contestant] = exampleEvaluation.contestants;
  const contestants = contestant === undefined ? [] : [{ ...contestant, name: 'a,"b"' }];
  expect(metricsCsv({ ...exampleEvaluation, contestants })).toContain('\n"a,""b""",cost,');
});

test("the spectra stand beside the truth's with their ratio", () => {
  const lines = spectraCsv(exampleEvaluation).trimEnd().split("\n");
  expect(lines[0]).toBe("contestant,shell,wavenumber,energy,ratio");
  expect(lines.filter((line) => line.startsWith("truth,"))).toHaveLength(24);
  const last = lines.find((line) => line.startsWith("flow,23,"))?.split(",") ?? [];
  expect(Number(last[4])).toBeCloseTo(0.89, 10);
  // 23 waves in a box of 100.
  expect(Number(last[2])).toBeCloseTo((2 * Math.PI * 23) / 100, 10);
});
