import { expect, test } from "vitest";
import { exampleEvaluation } from "./example-evaluation.ts";
import { metricsCsv } from "./metrics-csv.ts";
import { spectraCsv } from "./spectra-csv.ts";

const rows = metricsCsv(exampleEvaluation)
  .trimEnd()
  .split("\n")
  .map((line) => line.split(","));

test("metrics are in long form, one figure a line", () => {
  const none = ["", "", "", ""];
  expect(rows[0]).toEqual([
    ...["contestant", "mode", "metric", "step", "time", "value"],
    ...["channel", "low", "high", "reason", "group"],
  ]);
  expect(rows).toContainEqual([
    "teacher",
    "cost",
    "nfe_per_step",
    "",
    "",
    "100",
    ...none,
    "teacher",
  ]);
  expect(rows).toContainEqual([
    ...["flow", "one-step", "distillation_error", "1", "2", "0.133"],
    ...[...none, "flow"],
  ]);
  expect(rows).toContainEqual([
    ...["teacher", "one-step", "teacher_spread", "1", "2", "0.42"],
    ...[...none, "teacher"],
  ]);
  expect(rows.every((row) => row.length === 11)).toBe(true);
});

test("a score has a line for the mean and for each channel, with its interval", () => {
  const found = rows.filter(
    ([name, mode, metric, step]) =>
      name === "teacher" && mode === "rollout" && metric === "mse" && step === "8",
  );
  expect(found.map((row) => row[6])).toEqual(["", "u"]);
  for (const [, , , , time, value, , low, high] of found) {
    expect(time).toBe("16");
    expect(Number(value)).toBeCloseTo(8 * 0.14, 12);
    expect(Number(low)).toBeCloseTo(0.9 * 8 * 0.14, 12);
    expect(Number(high)).toBeCloseTo(1.1 * 8 * 0.14, 12);
  }
  const metrics = new Set(rows.map((row) => row[2]));
  expect(rows.find((row) => row[1] === "rollout-mean")?.slice(3, 5)).toEqual(["", ""]);
  expect(metrics).toContain("crps_ratio_to_teacher");
  for (const metric of ["almost_fair_crps", "energy_ratio_low", "rank_8", "correlation_time_0.9"]) {
    expect(metrics).toContain(metric);
  }
});

test("a score without a value has its reason", () => {
  expect(rows).toContainEqual([
    ...["persistence", "one-step", "spread", "1", "2", "", "u", "", ""],
    ...["a single forecast has no spread", "persistence"],
  ]);
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

test("the distillation error has its ratio at equal cost beside the others", () => {
  const ratio = { value: 0.8, interval: [0.7, 0.9] } as const;
  const none = { to: "a", oneStep: null, rolloutMean: null, ensemble: null };
  const contestants = exampleEvaluation.contestants.map((one) => ({
    ...one,
    ratioAtEqualCost: one.name === "flow" ? { ...none, distillationError: ratio } : null,
  }));
  const lines = metricsCsv({ ...exampleEvaluation, contestants }).split("\n");
  expect(lines.filter((line) => line.includes("_ratio_at_equal_cost"))).toEqual([
    "flow,one-step,distillation_error_ratio_at_equal_cost,1,2,0.8,,0.7,0.9,,flow",
  ]);
});
