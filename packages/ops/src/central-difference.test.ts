import { memory, tensor4d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectLinearAdjoint, field, largestError } from "./adjoint.test.helpers.ts";
import { centralDifference } from "./central-difference.ts";

test("the periodic difference of sin(kx) is k̃ cos(kx) with k̃ = sin(kh)", async () => {
  const n = 12;
  const h = (2 * Math.PI) / n;
  const wave = (f: (x: number) => number): number[] =>
    Array.from({ length: n }, (_, i) => f(i * h));
  const x = tensor4d(wave(Math.sin), [1, n, 1, 1]);
  const y = centralDifference(x, 1, "periodic");
  const expected = wave((t) => Math.sin(h) * Math.cos(t));
  expect(largestError(await y.data(), expected)).toBeLessThan(1e-6);
  x.dispose();
  y.dispose();
});

test("the difference of a line is its slope everywhere, at walls too", async () => {
  const x = tensor4d([1, 4, 7, 10, 13], [1, 1, 5, 1]);
  const y = centralDifference(x, 2, "wall");
  expect(Array.from(await y.data())).toEqual([3, 3, 3, 3, 3]);
  x.dispose();
  y.dispose();
});

test("the difference at a wall is one-sided", async () => {
  const x = tensor4d([0, 1, 4, 9], [1, 4, 1, 1]);
  const y = centralDifference(x, 1, "wall");
  expect(Array.from(await y.data())).toEqual([1, 2, 4, 5]);
  x.dispose();
  y.dispose();
});

test.each([
  ["periodic", 1, 5],
  ["periodic", 2, 2],
  ["wall", 1, 5],
  ["wall", 2, 4],
  ["wall", 1, 2],
  ["wall", 2, 3],
] as const)(
  "the gradient of the %s difference along axis %i of %i cells is its adjoint",
  async (boundary, axis, n) => {
    const before = memory().numTensors;
    const shape = [2, 3, 3, 2];
    shape[axis] = n;
    const x = field(shape, 1);
    await expectLinearAdjoint((t) => centralDifference(t, axis, boundary), x, 4);
    x.dispose();
    expect(memory().numTensors).toBe(before);
  },
);

test("an axis of one cell has no difference", () => {
  const x = field([1, 1, 4, 1], 1);
  expect(() => centralDifference(x, 1, "wall")).toThrow("at least two cells");
  x.dispose();
});
