import { expect, test } from "vitest";
import { planData } from "./plan.ts";
import { dataReportText, dataRows, dataSummary } from "./report.ts";

const { groups } = planData(false);
const timing = (engine: string, name: string, milliseconds: readonly number[]) => ({
  group: "ks2d",
  name,
  engine,
  milliseconds,
  firstMilliseconds: 100,
  difference: null,
  figures: {},
});

test("times are those of a step, and ratios those of minima to ours", () => {
  const rows = dataRows(groups, [
    {
      timings: [
        timing("eddyflow", "ks2d/step", [3, 2, 4]),
        timing("exponax", "ks2d/step", [1, 8, 2]),
        timing("eddyflow", "ks2d/trajectory", [100]),
      ],
      runs: [
        { group: "ks2d", engine: "exponax", about: "exponax 1", startSeconds: 1, peakBytes: 1 },
      ],
      failed: [],
    },
  ]);
  expect(rows[0]).toMatchObject({ minimum: 2, median: 3, ratio: null });
  expect(rows[1]).toMatchObject({ minimum: 1, median: 2, ratio: 2, about: "exponax 1" });
  expect(rows[2]).toMatchObject({ minimum: 2, runs: 1 });
  const streaming = {
    ...{
      gigabytes: 20,
      trajectories: 600,
      frames: 500,
      openSeconds: 5,
      steps: 200,
      milliseconds: 800,
    },
    ...{ waitingShare: 0.01, peakBytes: 9e8, about: "TensorFlow" },
  };
  const summary = dataSummary(rows, streaming);
  expect(summary).toEqual({
    ks2dStepToExponax: 2,
    ks2dTrajectoryToExponax: null,
    hllc2dFasterThanNumpy: null,
    streamingWaitingShare: 0.01,
    streamingPeakMegabytes: 900,
  });
  const text = dataReportText(
    {
      date: "2026-01-01",
      quick: false,
      machine: { processor: "a", threads: 2, memoryGigabytes: 8, system: "Linux", node: "v22" },
      binding: "bound",
      summary,
      rows,
      streaming,
      absent: [{ engine: "exponax", reason: "no module" }],
      failed: [{ group: "ks2d", engine: "exponax", reason: "another result" }],
    },
    groups,
  );
  expect(text).toContain("not measured: exponax: no module");
  expect(text).toContain("left out: exponax in ks2d: another result");
  expect(text).toContain("1.00 % waiting for data, 900 MB resident at most");
  expect(text).not.toMatch(/NaN|undefined|Infinity/u);
});

test("without our own time there is no ratio", () => {
  const [row] = dataRows(groups, [
    { timings: [timing("exponax", "ks2d/step", [1])], runs: [], failed: [] },
  ]);
  expect(row?.ratio).toBe(null);
  const [peer, own] = [
    timing("numpy", "hllc2d/step", [80]),
    timing("eddyflow", "hllc2d/step", [20]),
  ];
  const rows = dataRows(groups, [{ timings: [peer, own], runs: [], failed: [] }]);
  expect(dataSummary(rows, null)).toMatchObject({
    hllc2dFasterThanNumpy: 4,
    streamingWaitingShare: null,
  });
});
