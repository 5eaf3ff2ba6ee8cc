import { foldIn, key } from "@eddyflow/random";
import { add, memory, mul, scalar, type Tensor } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { rollout } from "./rollout.ts";

const double = (previous: Tensor) => mul(previous, 2);
const options = { steps: 4, key: key(1) };

test("yields each state, the consumer disposing it at once", async () => {
  const initial = scalar(1);
  const before = memory().numTensors;
  const values: number[] = [];
  for await (const state of rollout(double, initial, options)) {
    values.push((await state.data())[0] as number);
    state.dispose();
  }
  expect(values).toEqual([2, 4, 8, 16]);
  expect(memory().numTensors).toBe(before);
  initial.dispose();
});

test("gives each step a key of its own, derived from the rollout's", async () => {
  const keys: unknown[] = [];
  const initial = scalar(0);
  const next = async (previous: Tensor, stepKey: unknown) => {
    keys.push(stepKey);
    return add(previous, 1);
  };
  for await (const state of rollout(next, initial, options)) state.dispose();
  expect(keys).toEqual([0, 1, 2, 3].map((step) => foldIn(options.key, step)));
  initial.dispose();
});

test("leaves nothing behind at a break", async () => {
  const initial = scalar(1);
  const before = memory().numTensors;
  for await (const state of rollout(double, initial, options)) {
    state.dispose();
    break;
  }
  expect(memory().numTensors).toBe(before);
  initial.dispose();
});

test("leaves nothing behind when a step fails", async () => {
  const initial = scalar(1);
  const before = memory().numTensors;
  const failing = () => {
    throw new RangeError("diverged");
  };
  await expect(rollout(failing, initial, options).next()).rejects.toThrow("diverged");
  expect(memory().numTensors).toBe(before);
  initial.dispose();
});
