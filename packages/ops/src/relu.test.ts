import { grad, memory, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { relu } from "./relu.ts";

test("relu and its gradient are zero where the input is not positive", async () => {
  const before = memory().numTensors;
  const x = tensor1d([-2, -1e-30, 0, 1e-30, 3]);
  const dy = tensor1d([1, 2, 3, 4, 5]);
  const y = relu(x);
  const dx = grad(relu)(x, dy);
  expect(Array.from(await y.data(), Math.fround)).toEqual([0, 0, 0, Math.fround(1e-30), 3]);
  expect(Array.from(await dx.data())).toEqual([0, 0, 0, 4, 5]);
  for (const t of [x, dy, y, dx]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test("its gradient can be differentiated again", async () => {
  const x = tensor1d([-2, 3]);
  const dy = tensor1d([5, 7]);
  const u = tensor1d([1, 1]);
  const second = grad((t) => grad(relu)(x, t))(dy, u);
  expect(Array.from(await second.data())).toEqual([0, 1]);
  for (const t of [x, dy, u, second]) t.dispose();
});
