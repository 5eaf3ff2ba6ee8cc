import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { distillationError } from "./distillation-error.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { vrmse } from "./vrmse.ts";

const truth = Float32Array.of(1, 3, 5, 7);

test("the mean of the truth as a forecast scores 1, the truth itself 0", () => {
  expect(vrmse(new Float32Array(4).fill(4), truth)).toBeCloseTo(1, 7);
  expect(vrmse(truth, truth)).toBe(0);
});

test("the error is scaled by the population's standard deviation of the truth", () => {
  // Variance (9 + 1 + 1 + 9)/4 = 5, mean squared error 4.
  expect(
    vrmse(
      truth.map((x) => x + 2),
      truth,
    ),
  ).toBeCloseTo(2 / Math.sqrt(5), 7);
});

test("the score does not depend on unit and offset", () => {
  const forecast = Float64Array.of(2, 2, 6, 9);
  const scaled = (x: number) => 1000 * x - 300;
  expect(vrmse(forecast.map(scaled), truth.map(scaled), { epsilon: 0 })).toBeCloseTo(
    vrmse(forecast, truth, { epsilon: 0 }),
    12,
  );
});

test("ε keeps the score of a constant truth finite", () => {
  const flat = new Float64Array(4).fill(2);
  expect(
    vrmse(
      flat.map((x) => x + 1),
      flat,
      { epsilon: 1e-4 },
    ),
  ).toBeCloseTo(100, 9);
});

test("each channel is scaled by itself, then the scores are averaged", () => {
  const twoChannels = Float64Array.of(0, 0, 2, 200, 0, 0, 2, 200);
  const forecast = Float64Array.of(1, 100, 1, 100, 1, 100, 3, 100);
  // Both channels: the mean as forecast (1), except one cell of the first (error 1 as well).
  expect(vrmse(forecast, twoChannels, { channels: 2 })).toBeCloseTo(1, 6);
  const half = Float64Array.of(0, 100, 2, 100, 0, 100, 2, 100);
  expect(vrmse(half, twoChannels, { channels: 2 })).toBeCloseTo(0.5, 6);
});

test("the mean absolute error is the mean of the distances", () => {
  expect(meanAbsoluteError(Float64Array.of(1, 4, 3, 7), truth)).toBe(0.75);
});

test("the distillation error is the mean VRMSE of the pairs, the teacher as truth", () => {
  const teacher = [truth, truth.map((x) => 10 * x)];
  const student = [truth.map((x) => x + 2), truth.map((x) => 10 * x + 2)];
  expect(distillationError(student, teacher)).toBeCloseTo(1.1 / Math.sqrt(5), 6);
  expect(distillationError(teacher, teacher)).toBe(0);
});

test("frames that do not fit are a ShapeError", () => {
  const calls = [
    () => vrmse(truth.slice(1), truth),
    () => vrmse(truth, truth, { channels: 3 }),
    () => vrmse(new Float32Array(), new Float32Array()),
    () => meanAbsoluteError(truth.slice(1), truth),
    () => distillationError([truth], [truth, truth]),
    () => distillationError([], []),
  ];
  for (const call of calls) {
    let caught: unknown;
    try {
      call();
    } catch (error) {
      caught = error;
    }
    expect(isEddyflowError(caught, "ShapeError")).toBe(true);
  }
});
