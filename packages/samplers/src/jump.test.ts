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

test("times that fall or leave [0, 1] are refused", () => {
  const x = tensor([0], [1, 1, 1, 1]);
  for (const times of [[0], [1, 0], [0, 0.5, 0.5, 1], [0, 2]]) {
    try {
      jump(exact, x, null, times);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
  x.dispose();
});
