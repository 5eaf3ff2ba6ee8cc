import { fill, grad, memory, sub, tensor, tensor4d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectAdjoint, field } from "./adjoint.test.helpers.ts";
import { maxPool } from "./max-pool.ts";

test("maxPool is the maximum of each window, negative ones included", async () => {
  const before = memory().numTensors;
  const positive = field([2, 4, 6, 3], 1);
  const x = sub(positive, 2);
  const data = await x.data();
  const y = maxPool(x);
  expect(y.shape).toEqual([2, 2, 3, 3]);
  const expected: number[] = [];
  for (let b = 0; b < 2; b++)
    for (let i = 0; i < 2; i++)
      for (let j = 0; j < 3; j++)
        for (let c = 0; c < 3; c++) {
          const at = (p: number, q: number): number =>
            data[((b * 4 + 2 * i + p) * 6 + 2 * j + q) * 3 + c] as number;
          expected.push(Math.max(at(0, 0), at(0, 1), at(1, 0), at(1, 1)));
        }
  expect(Array.from(await y.data())).toEqual(expected);
  await expectAdjoint(maxPool, x);
  for (const t of [positive, x, y]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test("in a volume it is the maximum of eight", async () => {
  const before = memory().numTensors;
  const positive = field([2, 4, 2, 6, 3], 1);
  const x = sub(positive, 2);
  const data = await x.data();
  const y = maxPool(x);
  expect(y.shape).toEqual([2, 2, 1, 3, 3]);
  const expected: number[] = [];
  for (let b = 0; b < 2; b++)
    for (let h = 0; h < 2; h++)
      for (let j = 0; j < 3; j++)
        for (let c = 0; c < 3; c++) {
          const window = Array.from({ length: 8 }, (_, k) => {
            const [p, q, r] = [k >> 2, (k >> 1) & 1, k & 1];
            return data[(((b * 4 + 2 * h + p) * 2 + q) * 6 + 2 * j + r) * 3 + c] as number;
          });
          expected.push(Math.max(...window));
        }
  expect(Array.from(await y.data())).toEqual(expected);
  await expectAdjoint(maxPool, x);
  for (const t of [positive, x, y]) t.dispose();
  expect(memory().numTensors).toBe(before);
});

test("the first of several maxima gets the whole gradient", async () => {
  const x = tensor4d([-1, -1, -1, -1, -3, -2, -2, -2], [1, 2, 4, 1]);
  const dy = tensor4d([5, 7], [1, 1, 2, 1]);
  const dx = grad(maxPool)(x, dy);
  expect(Array.from(await dx.data())).toEqual([5, 0, 7, 0, 0, 0, 0, 0]);
  const level = [0, -1, -1, -1, -1, -1, -1, -1];
  const volume = tensor(level, [1, 2, 2, 2, 1]);
  const flat = fill([1, 2, 2, 2, 1], -1);
  const one = fill([1, 1, 1, 1, 1], 3);
  const [first, tied] = [grad(maxPool)(volume, one), grad(maxPool)(flat, one)];
  for (const each of [first, tied]) {
    expect(Array.from(await each.data())).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
  }
  for (const t of [x, dy, dx, volume, flat, one, first, tied]) t.dispose();
});

test("odd numbers of points are an error", () => {
  const x = field([1, 3, 4, 1], 1);
  expect(() => maxPool(x)).toThrow("even numbers of points");
  x.dispose();
});
