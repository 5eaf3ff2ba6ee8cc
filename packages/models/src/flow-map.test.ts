import { isEddyflowError, type Params } from "@eddyflow/core";
import { key, normalTensor } from "@eddyflow/random";
import {
  add,
  memory,
  mul,
  type Tensor,
  tensor,
  tensor1d,
  tidy,
  zerosLike,
} from "@tensorflow/tfjs-core";
import { describe, expect, test } from "vitest";
import { correctorFromVelocity } from "./corrector-from-velocity.ts";
import { flowMap } from "./flow-map.ts";
import { type CorrectorNetwork, correctorNetwork, velocityNetwork } from "./networks.ts";
import { velocityField } from "./velocity-field.ts";

const options = {
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4],
  padding: ["periodic", "periodic"],
} as const;
const velocity = velocityNetwork(options);
const corrector = correctorNetwork(options);
const velocityParams = velocity.init(key(1));
const x = normalTensor(key(2), [2, 4, 4, 1]);
const y = normalTensor(key(3), [2, 4, 4, 1]);
const t = tensor1d([0, 0.5]);

const expectClose = async (actual: Tensor, expected: Tensor) => {
  const [a, b] = [await actual.data(), await expected.data()];
  expect(a.length).toBe(b.length);
  a.forEach((value, i) => {
    expect(value).toBeCloseTo(b[i] as number, 5);
  });
};

describe("a corrector made from the velocity's parameters", () => {
  const correctorParams = correctorFromVelocity(velocityParams);
  const field = velocityField(velocity, velocityParams);
  const map = flowMap(corrector, correctorParams, field);

  test("has the same parameters and a zero weight for δ", async () => {
    expect(Object.keys(correctorParams)).toEqual(Object.keys(velocityParams));
    const weight = correctorParams["first.conv1.weight"] as Tensor;
    expect(weight.shape).toEqual([3, 3, 4, 3]);
    const values = Array.from(await weight.data());
    expect(values.filter((value) => value === 0).length).toBe(9 * 3);
  });

  test.each([0.25, 1])("makes the flow map an Euler step for δ = %d", async (delta) => {
    const euler = add(x, mul(field(x, y, t), delta));
    await expectClose(map(x, y, t, delta), euler);
    await expectClose(map(x, y, t, tensor1d([delta, delta])), euler);
  });

  test("survives the disposal of the velocity's parameters", async () => {
    const original = velocity.init(key(5));
    const copied = correctorFromVelocity(original);
    for (const each of Object.values(original)) each.dispose();
    const values = await (copied["final.conv2.weight"] as Tensor).data();
    expect(values.every(Number.isFinite)).toBe(true);
  });
});

/** φ = δ, so that values show which increment the network was given. */
const echo: CorrectorNetwork = {
  init: () => ({}),
  apply: (_, state, __, ___, delta) =>
    tidy(() => add(zerosLike(state), tensor(delta.dataSync(), [2, 1, 1, 1]))),
};
const none: Params = {};

test("the value is x + δ(1 − δ)v + δ²φ, each sample with its own δ", async () => {
  const start = tensor([10, 20], [2, 1, 1, 1]);
  const map = flowMap(echo, none, () => tensor([3, 5], [2, 1, 1, 1]));
  const value = await map(start, null, t, tensor1d([0.5, 0.25])).data();
  expect(value[0]).toBeCloseTo(10 + 0.25 * 3 + 0.25 * 0.5, 5);
  expect(value[1]).toBeCloseTo(20 + 0.1875 * 5 + 0.0625 * 0.25, 5);
});

test("the velocity is not evaluated where δ is 1, and needed elsewhere", async () => {
  const start = tensor([10, 20], [2, 1, 1, 1]);
  let evaluations = 0;
  const counted = flowMap(echo, none, (state) => {
    evaluations++;
    return state;
  });
  expect(Array.from(await counted(start, null, t, 1).data())).toEqual([11, 21]);
  expect(evaluations).toBe(0);
  counted(start, null, t, 0.5);
  expect(evaluations).toBe(1);

  const whole = flowMap(echo, none, null);
  expect(Array.from(await whole(start, null, t, 1).data())).toEqual([11, 21]);
  try {
    whole(start, null, t, 0.5);
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "ArgumentError")).toBe(true);
  }
});

test("a step leaves its result alone", () => {
  const params = corrector.init(key(4));
  const map = flowMap(corrector, params, velocityField(velocity, velocityParams));
  const before = memory().numTensors;
  map(x, y, t, 0.5).dispose();
  map(x, y, t, 1).dispose();
  expect(memory().numTensors).toBe(before);
});

test("parameters of something else are refused", () => {
  try {
    correctorFromVelocity({ "first.conv1.weight": x });
    expect.unreachable();
  } catch (error) {
    expect(isEddyflowError(error, "CheckpointError")).toBe(true);
  }
});
