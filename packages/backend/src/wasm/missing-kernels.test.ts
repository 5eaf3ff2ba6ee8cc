import { clone, engine, tensor1d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

test("a clone copies no numbers, and keeps them when the original is disposed", async () => {
  const { backend } = engine();
  const original = tensor1d([1, 2, 3]);
  // Backends may first take the numbers over when they are used.
  clone(original).dispose();
  const before = backend.numDataIds();
  const other = clone(original);
  expect(backend.numDataIds()).toBe(before);
  original.dispose();
  expect(Array.from(await other.data())).toEqual([1, 2, 3]);
  other.dispose();
  expect(backend.numDataIds()).toBe(before - 1);
});
