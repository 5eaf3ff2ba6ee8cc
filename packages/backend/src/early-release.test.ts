import {
  customGrad,
  dispose,
  grad,
  memory,
  mul,
  square,
  sum,
  type Tensor,
  tensor1d,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";

/** Bytes in use when backpropagation through `length` squares reaches the first one. */
function bytesAtTheEnd(length: number): number {
  let bytes = 0;
  const probe = customGrad((x) => ({
    value: mul(x as Tensor, 1),
    gradFunc: (dy) => {
      bytes = memory().numBytes;
      return dy as Tensor;
    },
  }));
  const x = tensor1d(new Float32Array(1000).fill(1));
  const dx = grad((t) => {
    let y = probe(t);
    for (let i = 0; i < length; i++) y = square(y);
    return sum(y);
  })(x);
  dispose([x, dx]);
  return bytes;
}

test("memory at the end of backpropagation does not grow with the number of operations", () => {
  expect(bytesAtTheEnd(40)).toBe(bytesAtTheEnd(10));
});

test("the gradient that the caller passes in stays the caller's", async () => {
  const before = memory().numTensors;
  const x = tensor1d([1, 2]);
  const dy = tensor1d([3, 4]);
  const dx = grad((t) => square(t))(x, dy);
  expect(Array.from(await dx.data())).toEqual([6, 16]);
  expect(Array.from(await dy.data())).toEqual([3, 4]);
  dispose([x, dy, dx]);
  expect(memory().numTensors).toBe(before);
});

test("gradients of gradients are right", async () => {
  const before = memory().numTensors;
  const x = tensor1d([1, 2]);
  const cube = (t: Tensor): Tensor => mul(t, square(t));
  const second = grad((t) => sum(grad(cube)(t)))(x);
  expect(Array.from(await second.data())).toEqual([6, 12]);
  dispose([x, second]);
  expect(memory().numTensors).toBe(before);
});
