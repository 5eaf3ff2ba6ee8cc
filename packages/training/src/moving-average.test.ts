import { dispose, memory, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { movingAverage } from "./moving-average.ts";

test("an average follows its recurrence, with a smaller decay at first", async () => {
  const before = memory().numTensors;
  const ema = movingAverage({ decay: 0.3 });
  const start = { p: tensor1d([1]) };
  let average = ema.init(start);
  start.p.dispose();
  const values = [2, -1, 4, 8];
  let expected = 1;
  for (const [step, value] of values.entries()) {
    const params = { p: tensor1d([value]) };
    average = ema.update(average, params, step);
    dispose(params);
    // (1 + s)/(10 + s) is below 0.3 for the first three steps.
    const decay = [1 / 10, 2 / 11, 3 / 12, 0.3][step] as number;
    expected = decay * expected + (1 - decay) * value;
  }
  expect((await average["p"]?.data())?.[0]).toBeCloseTo(expected, 5);
  dispose(average);
  expect(memory().numTensors).toBe(before);
});

test("a decay that forgets nothing is refused", () => {
  expect(() => movingAverage({ decay: 1 })).toThrow(/cannot have the decay 1/);
});
