import { dispose, memory, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { arraysToParams, loadInto } from "./load-into.ts";
import { paramsToArrays } from "./params-to-arrays.ts";
import type { Float32Stored, StoredArray } from "./stored-array.ts";

const range = (n: number): Float32Array => Float32Array.from({ length: n }, (_, i) => i);

const stored = (shape: readonly number[]): Float32Stored => ({
  dtype: "F32",
  shape,
  data: range(shape.reduce((product, n) => product * n, 1)),
});

test("a convolution's weight is stored as PyTorch lays it out: element [o, i, y, x] is [y, x, i, o]", async () => {
  const [kh, kw, inputs, outputs] = [2, 3, 4, 5];
  const weight = tensor(range(kh * kw * inputs * outputs), [kh, kw, inputs, outputs]);
  const { w, "w.weight": array } = await paramsToArrays({ w: weight, "w.weight": weight });
  weight.dispose();
  expect(w?.shape).toEqual([kh, kw, inputs, outputs]);
  expect(array?.shape).toEqual([outputs, inputs, kh, kw]);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      for (let y = 0; y < kh; y++) {
        for (let x = 0; x < kw; x++) {
          const torch = ((o * inputs + i) * kh + y) * kw + x;
          expect(array?.data[torch]).toBe(((y * kw + x) * inputs + i) * outputs + o);
        }
      }
    }
  }
});

test("parameters survive the way there and back, in 2-D, 3-D and without a kernel", async () => {
  const before = memory().numTensors;
  const shapes = {
    "a.weight": [3, 2, 4, 5],
    "a.bias": [5],
    "b.weight": [2, 3, 1, 2, 3],
    "c.weight": [2, 3],
    scale: [],
  };
  const params = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, tensor(stored(shape).data, shape)]),
  );
  const arrays = await paramsToArrays(params);
  expect(arrays["b.weight"]?.shape).toEqual([3, 2, 2, 3, 1]);
  const back = arraysToParams(arrays);
  expect(Object.keys(back)).toEqual(Object.keys(shapes));
  for (const [name, shape] of Object.entries(shapes)) {
    expect(back[name]?.shape).toEqual(shape);
    expect(await back[name]?.data()).toEqual(stored(shape).data);
  }
  dispose([params, back]);
  expect(memory().numTensors).toBe(before);
});

test("strict loading names what is missing, unexpected or of another shape, in one line", () => {
  const expected = {
    "a.weight": [3, 3, 2, 8],
    "a.bias": [8],
    "b.bias": [1],
  };
  const arrays = { "a.weight": stored([8, 2, 3, 3]), "a.bias": stored([8]), extra: stored([1]) };
  const before = memory().numTensors;
  expect(() => loadInto(expected, arrays)).toThrow(
    'the checkpoint lacks "b.bias" and has unexpected "extra"; expected 3 tensors; it belongs to',
  );
  const wide = { ...arrays, "a.weight": stored([16, 2, 3, 3]) };
  expect(() => loadInto(expected, wide, { strict: false })).toThrow(
    'tensor "a.weight" of the checkpoint has shape [16, 2, 3, 3]; expected [8, 2, 3, 3]; ',
  );
  const counted: StoredArray = { dtype: "I32", shape: [8], data: new Int32Array(8) };
  expect(() => loadInto(expected, { "a.bias": counted }, { strict: false })).toThrow(/type I32/);
  expect(memory().numTensors).toBe(before);
});

test("loading that is not strict gives what fits and lists the rest", async () => {
  const expected = { "a.bias": [2], toString: [1] };
  const double: StoredArray = { dtype: "F64", shape: [2], data: Float64Array.of(0.1, 2) };
  const { params, missing, unexpected } = loadInto(
    expected,
    { "a.bias": double, more: double },
    { strict: false },
  );
  expect(missing).toEqual(["toString"]);
  expect(unexpected).toEqual(["more"]);
  expect(Object.keys(params)).toEqual(["a.bias"]);
  expect(await params["a.bias"]?.data()).toEqual(Float32Array.of(0.1, 2));
  dispose(params);
});
