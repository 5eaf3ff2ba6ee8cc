import { grads, memory, type Tensor, tensor1d, tensor2d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { sumOfSquares } from "./sum-of-squares.ts";

test("sumOfSquares sums over all entries of all tensors; its gradient is 2x", async () => {
  const before = memory().numTensors;
  const a = tensor1d([1, 2]);
  const b = tensor2d([3, 4], [1, 2]);
  const total = sumOfSquares([a, b]);
  expect(Array.from(await total.data())).toEqual([30]);
  const [da, db] = grads((x, y) => sumOfSquares([x as Tensor, y as Tensor]))([a, b]) as [
    Tensor,
    Tensor,
  ];
  expect(Array.from(await da.data())).toEqual([2, 4]);
  expect(Array.from(await db.data())).toEqual([6, 8]);
  for (const t of [a, b, total, da, db]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test("of nothing it is zero", async () => {
  const total = sumOfSquares([]);
  expect(Array.from(await total.data())).toEqual([0]);
  total.dispose();
});
