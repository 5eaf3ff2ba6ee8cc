import { type FlowMap, isEddyflowError } from "@eddyflow/core";
import { add, memory, mul, reshape, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { jump } from "./jump.ts";
import { uniformTimes } from "./uniform-times.ts";

/** dx/dt = 2(t + 1), so F_δ(x, t) = x + δ(2t + δ + 2). */
const exact: FlowMap = (x, _, t, delta) =>
  add(x, mul(reshape(add(mul(t, 2), add(delta, 2)), [-1, 1, 1, 1]), delta));

test("an exact flow map ends at the same state over any times", () => {
  const x = tensor([0.5, -1], [2, 1, 1, 1]);
  for (const times of [uniformTimes(1), uniformTimes(3), [0, 0.1, 0.7, 1]]) {
    const before = memory().numTensors;
    const end = jump(exact, x, null, times);
    expect(memory().numTensors).toBe(before + 1);
    const values = end.dataSync();
    expect(values[0]).toBeCloseTo(3.5, 5);
    expect(values[1]).toBeCloseTo(2, 5);
    end.dispose();
  }
  x.dispose();
});

test("a part of the way ends where the map says", async () => {
  const x = tensor([0.5], [1, 1, 1, 1]);
  // x + δ(2t + δ + 2) with t = ¼ and δ = ½.
  const end = jump(exact, x, null, [0.25, 0.5, 0.75]);
  expect((await end.data())[0]).toBeCloseTo(0.5 + 0.5 * (0.5 + 0.5 + 2), 5);
  for (const t of [x, end]) t.dispose();
});

test.each([
  [[0]],
  [[1, 0]],
  [[0, 0.5, 0.5, 1]],
  [[0, 0.6, 0.4, 1]],
  [[0, 2]],
  [[-0.5, 1]],
  [[0, Number.NaN]],
])("a flow map refuses to go along %j", (times) => {
  const x = tensor([0], [1, 1, 1, 1]);
  try {
    jump(exact, x, null, times);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
  x.dispose();
});
