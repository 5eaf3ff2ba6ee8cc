import type { Summary } from "evaluator/summary";
import { expect, test } from "vitest";
import { measuredRows } from "./measured-rows.ts";
import { sorted, tableOf } from "./table.ts";
import { writtenRow } from "./written-row.ts";

type Measured = Summary["contestants"][number];

const figure = (value: number | null) => ({
  ...{ value, interval: value === null ? null : { low: value / 2, high: 2 * value }, reason: null },
});
const byChannel = (value: number | null) => ({ mean: figure(value), channels: {} });

const measured = (group: string, steps: number, error: number | null): Measured => ({
  ...{ name: `${group}@euler:${steps}`, group, kind: "model", seeds: 3, batch: 32 },
  budget: { sampler: "euler", steps, nfe: steps, milliseconds: 4 },
  ...{ undistilled: false, added: false, warning: null, nfePerStep: steps, msPerStep: 4 },
  ...{ oneStep: { vrmse: null, crps: null }, rollout: { vrmse: [], crps: [] } },
  ...{ spectrum: { low: null, mid: null, high: null }, distillationError: error },
  distillationErrors: error === null ? null : [error - 0.03125, error, error + 0.03125],
  scores: {
    oneStep: { crps: byChannel(0.5), energyHigh: byChannel(null) },
    rollout: { vrmse: { mean: [0.25, 0.75], channels: {} } },
    rolloutMean: { crps: byChannel(0.625) },
    ensemble: { meanError: byChannel(0.0625) },
    distillationError: figure(error),
    ...{ correlationTimes: null, divergence: [], rankHistogram: null },
  },
  ratioToTeacher: {
    ...{ to: "teacher", oneStep: { crps: figure(1.25) }, rolloutMean: null, ensemble: null },
    distillationError: null,
  },
  ratioAtEqualCost: null,
});

const labels = { student: { method: "a student", budget: 1000 } };
const rowsOf = (contestants: readonly Measured[], ensemble: Summary["ensemble"] = null) =>
  measuredRows({ contestants, ensemble }, labels);

test("a row has every figure that was measured, with its interval, and no other", () => {
  const [row] = rowsOf([measured("student", 2, 0.125)]);
  expect(row).toMatchObject({
    ...{ method: "a student", sampler: "euler:2", nfe: 2, budget: 1000, seeds: 3 },
    deviation: 0.03125,
    ratios: { "CRPS, one step": { value: 1.25, interval: { low: 0.625, high: 2.5 } } },
  });
  expect(row?.figures).toEqual({
    "distillation error": { value: 0.125, interval: { low: 0.0625, high: 0.25 } },
    "CRPS, one step": { value: 0.5, interval: { low: 0.25, high: 1 } },
    "CRPS, rollout": { value: 0.625, interval: { low: 0.3125, high: 1.25 } },
    "VRMSE, last step": { value: 0.75, interval: null },
    "mean error": { value: 0.0625, interval: { low: 0.03125, high: 0.125 } },
    ms: { value: 4, interval: null },
  });
});

test("a file has a row's error with the deviation between seeds, its bands and its CRPS by name", () => {
  const [row] = rowsOf([measured("student", 2, 0.125)]);
  expect(row && writtenRow(row)).toMatchObject({
    distillationError: { mean: 0.125, std: 0.03125 },
    bands: { low: null, mid: null, high: null },
    crps: { oneStep: 0.5, rollout: 0.625 },
  });
});

test("the floor of a reference ensemble is a row of its own, with its member counts", () => {
  const floor = { members: 16, against: 48, scores: { meanError: byChannel(0.03125) } };
  const [row] = rowsOf([], { conditions: 2, members: 64, floor });
  expect(row?.method).toBe("floor: 16 members of the solver's ensemble against the other 48");
  expect(Object.keys(row?.figures ?? {})).toEqual(["mean error"]);
});

test("the table has the fewest evaluations first, then the best, and a dash for what is not known", () => {
  const columns = ["method", "NFE", "distillation error"];
  const rows = rowsOf([
    measured("b", 2, null),
    measured("c", 2, 0.25),
    measured("student", 1, 0.5),
    measured("a", 2, 0.125),
  ]);
  const lines = tableOf(sorted(rows, columns), columns).split("\n");
  expect(lines.slice(2).map((line) => line.split("|")[1]?.trim())).toEqual([
    ...["a", "c", "b", "a student"],
  ]);
  expect(lines[2]).toContain(".1250 (.0625–.2500)");
  expect(lines[4]).toMatch(/\| b +\| 2 +\| – /u);
});
