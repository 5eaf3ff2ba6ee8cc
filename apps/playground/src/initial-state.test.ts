import { dump } from "npyjs";
import { expect, test } from "vitest";
import { initialState } from "./initial-state.ts";

const npy = (values: Float32Array, shape: number[]): ArrayBuffer =>
  Uint8Array.from(new Uint8Array(dump(values, shape))).buffer;

test("a square of numbers is read, also the only one of several axes", async () => {
  const values = Float32Array.of(1, 2, 3, 4);
  expect([...(await initialState(npy(values, [2, 2]), "a.npy"))]).toEqual([1, 2, 3, 4]);
  expect([...(await initialState(npy(values, [1, 2, 2, 1]), "a.npy"))]).toEqual([1, 2, 3, 4]);
});

test("a first axis that runs fastest is turned", async () => {
  const text = Buffer.from(npy(Float32Array.of(1, 2, 3, 4), [2, 2])).toString("latin1");
  const turned = text.replace(/(fortran_order.: *)False,/u, "$1True ,");
  const bytes = Uint8Array.from(Buffer.from(turned, "latin1"));
  expect([...(await initialState(bytes.buffer, "a.npy"))]).toEqual([1, 3, 2, 4]);
});

test.each([
  ["another shape", npy(new Float32Array(6), [2, 3]), "a.npy has the shape 2 × 3"],
  [
    "a value that is not finite",
    npy(Float32Array.of(1, Number.NaN, 0, 0), [2, 2]),
    "a.npy holds NaN at index 1",
  ],
  ["no array", new ArrayBuffer(64), "a.npy is no NumPy array that can be read"],
])("%s is refused", async (_, bytes, problem) => {
  await expect(initialState(bytes, "a.npy")).rejects.toThrow(problem);
});
