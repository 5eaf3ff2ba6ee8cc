import { expect, test } from "vitest";
import { planBenchmarks } from "./plan.ts";
import { makeReport, type ReportOptions } from "./report.ts";
import type { Timing } from "./run-group.ts";
import { reportMarkdown, reportText } from "./tables.ts";

const machine = {
  processor: "a processor",
  threads: 2,
  memoryGigabytes: 8,
  system: "Linux",
  node: "v22",
};
const { groups } = planBenchmarks({ quick: false, only: null, folder: "/data" });

const timing = (name: string, engine: string, ...milliseconds: number[]): Timing => ({
  group: name.split("/")[0] as string,
  name,
  engine,
  milliseconds,
  firstMilliseconds: 100,
  difference: null,
  figures: {},
});
const run = (engine: string, mebibytes: number) => ({
  group: "ns2d-batch8",
  engine,
  about: engine,
  startSeconds: 1,
  peakBytes: mebibytes * 2 ** 20,
});
const reportOf = (
  timings: readonly Timing[],
  options: Partial<ReportOptions> & { readonly runs?: ReturnType<typeof run>[] } = {},
) =>
  makeReport({
    quick: false,
    seconds: 60,
    date: "2026-01-01",
    machine,
    groups,
    results: [{ timings, runs: options.runs ?? [], failed: [] }],
    presences: [],
    ...options,
  });

test("ratios are those of minima, to the better of eager and channels-last", () => {
  const { summary, rows } = reportOf(
    [
      timing("ns2d-batch8/step", "eddyflow", 90, 60, 75),
      timing("ns2d-batch8/step", "torch-eager", 100, 80),
      timing("ns2d-batch8/step", "torch-channels-last", 120, 90),
      // Neither compiled nor of lower precision counts as PyTorch's best in float32.
      timing("ns2d-batch8/step", "torch-compiled", 10),
      timing("ns2d-batch8/step", "torch-autocast", 40),
    ],
    { runs: [run("eddyflow", 300), run("torch-eager", 400), run("torch-channels-last", 200)] },
  );
  expect(summary.stepBatch8).toBe(0.75);
  expect(summary.memory).toBe(1.5);
  expect(rows[0]).toMatchObject({ minimum: 60, median: 75, ratio: 0.75 });
  expect(rows[1]).toMatchObject({ minimum: 80, median: 90, ratio: 1 });
  expect(rows[4]).toMatchObject({ ratio: 1 });
});

test("what was not measured is null in the summary and named, never a number", () => {
  const report = reportOf([timing("ns2d-batch1/step", "eddyflow", 90)], {
    presences: [{ name: "torch-eager", absent: "No module named 'torch'" }],
  });
  expect(new Set(Object.values(report.summary))).toEqual(new Set([null]));
  expect(report.rows[0]?.ratio).toBe(null);
  expect(report.absent).toEqual([{ engine: "torch-eager", reason: "No module named 'torch'" }]);
  for (const text of [reportText(report), reportMarkdown(report)]) {
    expect(text).toContain("not measured: torch-eager: No module named 'torch'");
    expect(text).not.toMatch(/NaN|undefined|Infinity/);
  }
});

test("the fraction of the peak is taken to the fastest product or convolution of the same precision", () => {
  const step = groups.flatMap(({ cases }) => cases).find(({ name }) => name === "ns2d-batch1/step");
  const { peak, rows } = reportOf([
    // 2 · 2048³ operations in a second and in half a second.
    timing("rate/product", "eddyflow", 1000),
    timing("rate/product", "torch-eager", 500),
    timing("rate/product", "torch-autocast-channels-last", 100),
    timing("ns2d-batch1/step", "eddyflow", 1000),
  ]);
  expect(peak.float32).toBeCloseTo((4 * 2048 ** 3) / 1e9);
  expect(peak.bfloat16).toBeCloseTo((20 * 2048 ** 3) / 1e9);
  expect(rows[3]?.fractionOfPeak).toBeCloseTo((step?.flops as number) / (4 * 2048 ** 3));
});

test("the simulator is compared with NumPy", () => {
  const { rows } = reportOf([
    timing("simulator/ks2d", "eddyflow", 30),
    timing("simulator/ks2d", "numpy", 10),
  ]);
  expect(rows.map(({ ratio }) => ratio)).toEqual([3, 1]);
});
