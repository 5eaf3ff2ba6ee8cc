import { dispose, grad, memory, tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { dot, field, largestError } from "./adjoint.test.helpers.ts";
import { periodicDerivative } from "./periodic-derivative.ts";

/** Σ 2πik/extent · xₖ exp(2πi jk/n) / n over |k| < n/2, in Float64, for each of `stride` interleaved signals. */
function naive(
  x: ArrayLike<number>,
  n: number,
  extent: number,
  outer: number,
  inner: number,
): number[] {
  const y = Array<number>(outer * n * inner).fill(0);
  for (let o = 0; o < outer; o++) {
    for (let c = 0; c < inner; c++) {
      for (let k = 1; 2 * k < n; k++) {
        let [re, im] = [0, 0];
        for (let j = 0; j < n; j++) {
          const value = x[(o * n + j) * inner + c] as number;
          re += value * Math.cos((2 * Math.PI * j * k) / n);
          im -= value * Math.sin((2 * Math.PI * j * k) / n);
        }
        for (let j = 0; j < n; j++) {
          const angle = (2 * Math.PI * j * k) / n;
          const own = (o * n + j) * inner + c;
          const slope = -2 * (re * Math.sin(angle) + im * Math.cos(angle));
          y[own] = (y[own] as number) + (slope * 2 * Math.PI * k) / (extent * n);
        }
      }
    }
  }
  return y;
}

test.each([7, 8])("the derivative of sin(kx) is k cos(kx), with %i points", async (n) => {
  const extent = 3;
  const k = (2 * Math.PI * 3) / extent;
  const wave = (f: (x: number) => number): number[] =>
    Array.from({ length: n }, (_, i) => f((k * i * extent) / n));
  const x = tensor(wave(Math.sin), [1, n, 1]);
  const y = periodicDerivative(x, 1, extent);
  expect(
    largestError(
      await y.data(),
      wave((t) => k * Math.cos(t)),
    ),
  ).toBeLessThan(2e-5);
  dispose([x, y]);
});

test("the highest mode of an even number of points has the derivative zero", async () => {
  const x = tensor([1, -1, 1, -1, 1, -1], [1, 6, 1]);
  const y = periodicDerivative(x, 1, 1);
  expect(largestError(await y.data(), Array(6).fill(0))).toBeLessThan(1e-5);
  dispose([x, y]);
});

test.each([
  [[2, 9, 3], 1],
  [[2, 4, 6, 3], 1],
  [[2, 4, 5, 3], 2],
  [[2, 1, 2, 4, 2], 2],
  [[1, 3, 4, 5, 2], 3],
])(
  "along any axis of [%s] it is the sum over its modes, its gradient the adjoint",
  async (shape, axis) => {
    const before = memory().numTensors;
    const x = field(shape, 1);
    const derivative = (t: typeof x): typeof x => periodicDerivative(t, axis, 2.5);
    const y = derivative(x);
    expect(y.shape).toEqual(shape);
    const n = shape[axis] as number;
    const outer = shape.slice(0, axis).reduce((a, b) => a * b, 1);
    const expected = naive(await x.data(), n, 2.5, outer, x.size / (outer * n));
    expect(largestError(await y.data(), expected)).toBeLessThan(3e-5);
    const dy = field(shape, 2);
    const dx = grad(derivative)(x, dy);
    const forward = dot(await y.data(), await dy.data());
    expect(dot(await x.data(), await dx.data())).toBeCloseTo(forward, 3);
    dispose([x, y, dy, dx]);
    expect(memory().numTensors).toBe(before);
  },
);

test("an axis that is not there and a length of zero are errors", () => {
  const x = field([1, 4, 1], 1);
  expect(() => periodicDerivative(x, 3, 1)).toThrow("along axis 3");
  expect(() => periodicDerivative(x, 1, 0)).toThrow("of a positive length");
  x.dispose();
});
