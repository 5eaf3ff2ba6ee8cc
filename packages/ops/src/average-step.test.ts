import { dispose, memory, type Tensor, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { largestError } from "./adjoint.test.helpers.ts";
import { averageStep } from "./average-step.ts";

test("the average moves towards the parameters by 1 − decay", async () => {
  const before = memory().numTensors;
  const params = { w: tensor1d([1, -2]), b: tensor1d([10]) };
  const average = { w: tensor1d([0, 0]), b: tensor1d([20]) };
  const once = averageStep(average, params, 0.75);
  expect(average.w.isDisposed && average.b.isDisposed).toBe(true);
  const { w, b } = averageStep(once, params, 0.75) as Record<"w" | "b", Tensor>;
  expect(largestError(await w.data(), [0.4375, -0.875])).toBeLessThan(1e-6);
  expect(largestError(await b.data(), [15.625])).toBeLessThan(1e-5);
  expect(Array.from(await params.w.data())).toEqual([1, -2]);
  dispose([params.w, params.b, w, b]);
  expect(memory().numTensors).toBe(before);
});

test("a parameter that is missing is an error", () => {
  const average = { w: tensor1d([1]) };
  expect(() => averageStep(average, {}, 0.9)).toThrow("averageStep got no parameter w");
  dispose(average);
});
