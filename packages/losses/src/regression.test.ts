import type { Batch, Network } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  dispose,
  grad,
  memory,
  mul,
  type Scalar,
  scalar,
  square,
  type Tensor,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { l2 } from "./l2.ts";
import { regression } from "./regression.ts";
import { sobolev } from "./sobolev.ts";

// The next state is ay + b + s·n with standard normal n.
const [a, b, s] = [0.8, 0.3, 0.5];
const shape = [8, 16, 16, 1];
const previous = normalTensor(key(1), shape);
const batch: Batch = {
  previous,
  next: tidy(() => add(add(mul(previous, a), b), mul(normalTensor(key(2), shape), s))),
};
const at = { key: key(3), step: 0 };

/** G(y) = ay + θ; the exact mean where θ = b. */
const affine: Network<[z: Tensor, y: Tensor | null]> = {
  init: () => ({ theta: scalar(b) }),
  apply: ({ theta }, _, y) => add(mul(y as Tensor, a), theta as Tensor),
};

const value = async (tensor: Tensor): Promise<number> => {
  const [number] = await tensor.data();
  tensor.dispose();
  return number as number;
};

test("the loss at the conditional mean is the variance around it, and its gradient vanishes there alone", async () => {
  const tensors = memory().numTensors;
  const objective = regression(affine, { norm: l2() });
  const targets = await objective.targets({}, batch, at);
  const lossAt = (theta: Tensor) => objective.loss({ student: { theta } }, targets).loss;
  const count = batch.next.size;
  for (const [theta, loss, slope] of [
    [b, s ** 2, 0],
    [b + 0.5, s ** 2 + 0.5 ** 2, 2 * 0.5],
  ] as const) {
    const param = scalar(theta);
    // Four standard errors: of a mean of squares of N(0, s²) about 2s⁴/n, of one of 2(x − θ) 4s²/n.
    expect(await value(lossAt(param))).toBeAllclose(loss, { atol: 4 * s * Math.sqrt(4 / count) });
    expect(await value(grad(lossAt)(param))).toBeAllclose(slope, {
      atol: (4 * 2 * s) / Math.sqrt(count),
    });
    param.dispose();
  }
  dispose(Object.values(targets));
  expect(memory().numTensors).toBe(tensors);
  expect(previous.isDisposed || batch.next.isDisposed).toBe(false);
});

test("the norm weighs the error as that of states at flow time 1", async () => {
  const weighed: number[][] = [];
  const norm = sobolev({
    alpha: 1,
    beta: (t) => {
      weighed.push(Array.from(t.dataSync()));
      return square(t);
    },
    spacing: [1, 1],
    boundary: ["periodic", "periodic"],
  });
  const objective = regression(affine, { norm });
  const targets = await objective.targets({}, batch, at);
  const student = { theta: scalar(b) };
  const loss: Scalar = objective.loss({ student }, targets).loss;
  // White noise has the variance 2s²/4 in its central difference along each of the two axes.
  expect(await value(loss)).toBeAllclose(s ** 2 + 2 * (s ** 2 / 2), { rtol: 0.15 });
  expect(weighed).toEqual([new Array(8).fill(1)]);
  dispose([...Object.values(targets), student.theta]);
});

test("a batch without a condition is predicted too", async () => {
  const constant: typeof affine = { ...affine, apply: ({ theta }) => theta as Tensor };
  const objective = regression(constant, { norm: l2() });
  const targets = await objective.targets({}, { ...batch, previous: null }, at);
  expect(Object.keys(targets)).toEqual(["next"]);
  dispose(Object.values(targets));
});
