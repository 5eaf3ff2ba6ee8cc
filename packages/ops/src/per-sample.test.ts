import { mul, ones, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { perSample } from "./per-sample.ts";

test.each([[[2, 3]], [[2, 1, 3]], [[2, 1, 3, 1]], [[2, 1, 1, 3, 1]]])(
  "each sample of a tensor of shape %j is multiplied by its own number",
  async (shape) => {
    const x = ones(shape);
    const numbers = perSample(tensor1d([2, -5]), x);
    expect(numbers.shape).toEqual(shape.map((_, axis) => (axis === 0 ? 2 : 1)));
    expect(await mul(x, numbers).data()).toBeAllclose([2, 2, 2, -5, -5, -5]);
  },
);
