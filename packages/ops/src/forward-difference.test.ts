import { memory, tensor4d } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { expectLinearAdjoint, field, largestError } from "./adjoint.test.helpers.ts";
import { forwardDifference } from "./forward-difference.ts";

test("the periodic difference of sin(kx) is 2 sin(kh/2) cos(k(x + h/2))", async () => {
  const n = 12;
  const h = (2 * Math.PI * 5) / n;
  const wave = (f: (x: number) => number): number[] =>
    Array.from({ length: n }, (_, i) => f(i * h));
  const x = tensor4d(wave(Math.sin), [1, n, 1, 1]);
  const y = forwardDifference(x, 1, "periodic");
  const expected = wave((t) => 2 * Math.sin(h / 2) * Math.cos(t + h / 2));
  expect(largestError(await y.data(), expected)).toBeLessThan(2e-6);
  x.dispose();
  y.dispose();
});

test("the difference between walls is one cell shorter", async () => {
  const x = tensor4d([0, 1, 4, 9], [1, 1, 4, 1]);
  const y = forwardDifference(x, 2, "wall");
  expect(y.shape).toEqual([1, 1, 3, 1]);
  expect(Array.from(await y.data())).toEqual([1, 3, 5]);
  x.dispose();
  y.dispose();
});

test("an axis of one cell has no difference", () => {
  const x = field([1, 1, 3, 1], 1);
  expect(() => forwardDifference(x, 1, "periodic")).toThrow("[1,1,3,1]");
  x.dispose();
});

test.each([
  ["periodic", 1, 5],
  ["periodic", 2, 2],
  ["wall", 1, 5],
  ["wall", 2, 2],
] as const)(
  "the gradient of the %s difference along axis %i of %i cells is its adjoint",
  async (boundary, axis, n) => {
    const before = memory().numTensors;
    const shape = [2, 3, 3, 2];
    shape[axis] = n;
    const x = field(shape, 1);
    await expectLinearAdjoint((t) => forwardDifference(t, axis, boundary), x, 4);
    x.dispose();
    expect(memory().numTensors).toBe(before);
  },
);
