import { type Batch, isEddyflowError, type Network } from "@eddyflow/core";
import { key } from "@eddyflow/random";
import {
  add,
  dispose,
  div,
  fill,
  grad,
  memory,
  mul,
  reshape,
  scalar,
  sub,
  type Tensor,
  type Tensor1D,
  tidy,
} from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { flowMatching } from "./flow-matching.ts";
import { l2 } from "./l2.ts";
import type { AffinePath } from "./paths/affine-path.ts";
import { cosinePath } from "./paths/cosine-path.ts";
import { linearPath } from "./paths/linear-path.ts";
import { dataFromVelocity, noiseFromVelocity } from "./paths/predictions.ts";

type VelocityNetwork = Network<[x: Tensor, y: Tensor | null, t: Tensor1D]>;

const shape = [5, 4, 4, 2];
const target = 1.5;
const batch: Batch = { previous: null, next: fill(shape, target) };
const at = { key: key(1), step: 0 };

/** All data at one point c: every path ends there, and the velocity (c − x)/(1 − t) is certain. */
const toPoint: VelocityNetwork = {
  init: () => ({}),
  apply: (_, x, __, t) => div(sub(target, x), reshape(sub(1, t), [-1, 1, 1, 1])),
};

/** The exact velocity plus a constant error. */
const shifted: VelocityNetwork = {
  init: () => ({ shift: scalar(0.5) }),
  apply: (params, x, y, t) => add(toPoint.apply({}, x, y, t), params["shift"] as Tensor),
};

test("the loss at the exact velocity field of a point mass is zero, and not beside it", async () => {
  const params = shifted.init(key(0));
  for (const [network, expected] of [
    [toPoint, 0],
    [shifted, 0.25],
  ] as const) {
    const objective = flowMatching(network, { norm: l2(), times });
    const before = memory().numTensors;
    const targets = await objective.targets({ student: params }, batch, at);
    const { loss } = objective.loss({ student: params }, targets);
    expect((await loss.data())[0]).toBeCloseTo(expected, 5);
    dispose([loss, ...Object.values(targets)]);
    expect(memory().numTensors).toBe(before);
  }
});

/** Away from t = 1, where the quotient above loses its digits. */
const times = (_: unknown, count: number) =>
  Float32Array.from({ length: count }, (_, i) => (0.9 * i) / count);

test("the gradient in the parameters is twice the mean error", async () => {
  const objective = flowMatching(shifted, { norm: l2(), times });
  const targets = await objective.targets({}, batch, at);
  const gradient = grad((shift) => objective.loss({ student: { shift } }, targets).loss);
  const value = gradient(scalar(0.5));
  expect((await value.data())[0]).toBeCloseTo(2 * 0.5, 4);
});

test("the targets own their tensors and depend on the key alone", async () => {
  const previous = fill(shape, 2);
  const objective = flowMatching(toPoint, { norm: l2() });
  const before = memory().numTensors;
  const draw = () => objective.targets({}, { ...batch, previous }, at);
  const [first, second] = [await draw(), await draw()];
  expect(first.y?.shape).toEqual(shape);
  expect(await first.x.data()).toEqual(await second.x.data());
  expect(await first.t.data()).toEqual(await second.t.data());
  for (const targets of [first, second]) {
    for (const tensor of Object.values(targets)) tensor.dispose();
  }
  expect(memory().numTensors).toBe(before);
  expect(previous.isDisposed || batch.next.isDisposed).toBe(false);
});

test("x_t − t·velocity is the noise, of mean 0 and variance 1", async () => {
  const large: Batch = { ...batch, next: fill([20, 16, 16, 1], target) };
  const objective = flowMatching(toPoint, { norm: l2() });
  const { x, t, velocity } = await objective.targets({}, large, at);
  const noise = Array.from(
    await tidy(() => sub(x, mul(velocity, reshape(t, [-1, 1, 1, 1])))).data(),
  );
  const mean = noise.reduce((sum, value) => sum + value, 0) / noise.length;
  const square = noise.reduce((sum, value) => sum + value ** 2, 0) / noise.length;
  expect(mean).toBeAllclose(0, { atol: 0.05 });
  expect(square).toBeAllclose(1, { atol: 0.1 });
});

test("parameters that are missing are an error that names them", async () => {
  const objective = flowMatching(shifted, { norm: l2() });
  const targets = await objective.targets({}, batch, at);
  try {
    objective.loss({ teacher: {} }, targets);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    expect((error as Error).message).toContain('"student"');
  }
});

test("flow times outside [0, 1], or too few, are refused", () => {
  for (const drawn of [[-0.1], [1.1], [Number.NaN], []]) {
    const objective = flowMatching(toPoint, { norm: l2(), times: () => Float32Array.from(drawn) });
    const one: Batch = { previous: null, next: fill([1, 4, 4, 2], target) };
    try {
      objective.targets({}, one, at);
      expect.unreachable();
    } catch (error) {
      expect(isEddyflowError(error, "ArgumentError")).toBe(true);
    }
  }
});

test("on another path the same noise is mixed by that path's coefficients", async () => {
  const values = async (path: AffinePath) => {
    const { x, t, velocity } = await flowMatching(toPoint, { norm: l2(), path }).targets(
      {},
      batch,
      at,
    );
    return [
      await noiseFromVelocity(path, x, velocity, t).data(),
      await dataFromVelocity(path, x, velocity, t).data(),
    ] as const;
  };
  const [noise] = await values(linearPath);
  const [sameNoise, data] = await values(cosinePath);
  expect(sameNoise).toBeAllclose(noise, { atol: 1e-5 });
  expect(data).toBeAllclose(target, { atol: 1e-5 });
});
