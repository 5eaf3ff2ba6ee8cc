import { memory, type Tensor, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { copyParams } from "./copy-params.ts";

test("a copy has the same values in memory of its own", async () => {
  const original = { weight: tensor([1, -0, 3]), bias: tensor([Number.NaN]) };
  const buffers = memory().numDataBuffers;
  const copy = copyParams(original);
  expect(memory().numDataBuffers).toBe(buffers + 2);
  expect(Object.keys(copy)).toEqual(["weight", "bias"]);
  for (const [name, parameter] of Object.entries(original)) {
    expect(await (copy[name] as Tensor).data()).toEqual(await parameter.data());
  }
});
