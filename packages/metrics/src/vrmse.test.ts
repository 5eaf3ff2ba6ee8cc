import { isEddyflowError } from "@eddyflow/core";
import { expect, test } from "vitest";
import { distillationError } from "./distillation-error.ts";
import { meanAbsoluteError } from "./mean-absolute-error.ts";
import { perChannel } from "./per-channel.ts";
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
  const own = vrmse(forecast, truth, { epsilon: 0 });
  expect(vrmse(forecast.map(scaled), truth.map(scaled), { epsilon: 0 })).toBeCloseTo(
    own as number,
    12,
  );
});

test("ε is a part of the training data’s variance, so that the unit does not matter", () => {
  const forecast = Float64Array.of(2, 2, 6, 9);
  const inUnitsOf = (unit: number) =>
    vrmse(
      forecast.map((x) => unit * x),
      Float64Array.from(truth, (x) => unit * x),
      { epsilon: 0.1, std: 2 * unit },
    );
  // Mean squared error (1 + 1 + 1 + 4)/4, variance 5 and ε·2².
  expect(inUnitsOf(1)).toBeCloseTo(Math.sqrt(1.75 / 5.4), 12);
  expect(inUnitsOf(1e-6)).toBeCloseTo(Math.sqrt(1.75 / 5.4), 12);
});

test("The Well’s divisor N − 1 makes the score smaller by √(1 − 1/N)", () => {
  const forecast = Float64Array.of(2, 2, 6, 9);
  const [own, well] = (["N", "N - 1"] as const).map((divisor) =>
    vrmse(forecast, truth, { divisor, epsilon: 0 }),
  );
  expect((well as number) / (own as number)).toBeCloseTo(Math.sqrt(3 / 4), 12);
});

test("each channel is scored by itself", () => {
  const twoChannels = Float64Array.of(0, 0, 2, 200, 0, 0, 2, 200);
  const half = Float64Array.of(0, 100, 2, 100, 0, 100, 2, 100);
  const scores = perChannel(half, twoChannels, 2, (p, t) => vrmse(p, t));
  expect(scores).toBeAllclose([0, 1], { atol: 1e-6 });
  const numbers = perChannel(half, twoChannels, 2, (_, __, channel) => channel);
  expect(numbers).toEqual([0, 1]);
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
    () => perChannel(truth, truth, 3, (p, t) => vrmse(p, t)),
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
