import { memory } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectLinearAdjoint, field } from "./adjoint.test.helpers.ts";
import { upsample } from "./upsample.ts";

test("upsample shows every cell four times and its gradient is the adjoint", async () => {
  const before = memory().numTensors;
  const [batch, rows, columns, channels] = [2, 2, 3, 2];
  const x = field([batch, rows, columns, channels], 1);
  const y = upsample(x);
  expect(y.shape).toEqual([2, 4, 6, 2]);
  const [xs, ys] = [await x.data(), await y.data()];
  let k = 0;
  for (let b = 0; b < batch; b++)
    for (let i = 0; i < 2 * rows; i++)
      for (let j = 0; j < 2 * columns; j++)
        for (let c = 0; c < channels; c++, k++)
          expect(ys[k]).toBe(xs[((b * rows + (i >> 1)) * columns + (j >> 1)) * channels + c]);
  await expectLinearAdjoint(upsample, x, 4);
  x.dispose();
  y.dispose();
  expect(memory().numTensors).toBe(before);
});

test("in a volume every cell is shown eight times", async () => {
  const before = memory().numTensors;
  const [batch, levels, rows, columns, channels] = [2, 3, 2, 1, 2];
  const x = field([batch, levels, rows, columns, channels], 1);
  const y = upsample(x);
  expect(y.shape).toEqual([2, 6, 4, 2, 2]);
  const [xs, ys] = [await x.data(), await y.data()];
  let k = 0;
  for (let b = 0; b < batch; b++)
    for (let h = 0; h < 2 * levels; h++)
      for (let i = 0; i < 2 * rows; i++)
        for (let j = 0; j < 2 * columns; j++)
          for (let c = 0; c < channels; c++, k++) {
            const cell = ((b * levels + (h >> 1)) * rows + (i >> 1)) * columns + (j >> 1);
            expect(ys[k]).toBe(xs[cell * channels + c]);
          }
  await expectLinearAdjoint(upsample, x, 4);
  x.dispose();
  y.dispose();
  expect(memory().numTensors).toBe(before);
});
