import { key, normalTensor } from "@eddyflow/random";
import { concat, memory, slice, type Tensor, tensor1d, tidy } from "@tensorflow/tfjs-core";
import { expect, test } from "vitest";
import { velocityNetwork } from "./networks.ts";
import { shiftPeriods } from "./shift-periods.ts";

/** `[batch, y, x, channel]`, from cell `by` along an axis of space on, cyclically. */
const shifted = (x: Tensor, axis: number, by: number): Tensor => {
  const [n, along] = [x.shape[axis + 1] as number, axis + 1];
  const part = (from: number, size: number) =>
    slice(
      x,
      x.shape.map((_, k) => (k === along ? from : 0)),
      x.shape.map((length, k) => (k === along ? size : length)),
    );
  return concat([part(by, n - by), part(0, by)], along);
};

const description = {
  kind: "velocity",
  stateChannels: 1,
  conditionChannels: 1,
  features: [3, 4, 5],
  padding: ["periodic", "periodic"],
} as const;

/** The largest difference between N(shifted inputs) and shifted N(inputs), relative to the largest value. */
const difference = async (options: typeof description, axis: number, by: number) => {
  const network = velocityNetwork(options);
  const params = network.init(key(1));
  const values = tidy(() => {
    const [x, y] = [2, 3].map((seed) => normalTensor(key(seed), [2, 16, 16, 1])) as [
      Tensor,
      Tensor,
    ];
    const t = tensor1d([0.2, 0.7]);
    const moved = network.apply(params, shifted(x, axis, by), shifted(y, axis, by), t);
    return [moved, shifted(network.apply(params, x, y, t), axis, by)];
  });
  const [one = [], other = []] = await Promise.all(values.map(async (each) => await each.data()));
  for (const tensor of [...values, ...Object.values(params)]) tensor.dispose();
  const largest = Math.max(...Array.from(other, Math.abs));
  return Math.max(...Array.from(one, (v, i) => Math.abs(v - (other[i] as number)))) / largest;
};

// Float32 sums come in another order where a cell lies elsewhere in a row; a real difference is of order one.
const rounding = 1e-5;

test.each([0, 1])(
  "a network of three levels commutes with shifts by four cells along axis %i, and with no shorter ones",
  async (axis) => {
    const before = memory().numTensors;
    expect(shiftPeriods(description)).toEqual([4, 4]);
    for (const by of [4, 8, 12]) {
      expect(await difference(description, axis, by)).toBeLessThan(rounding);
    }
    for (const by of [1, 2, 3, 6]) {
      expect(await difference(description, axis, by)).toBeGreaterThan(1e-3);
    }
    expect(memory().numTensors).toBe(before);
  },
);

test("along an axis of another padding or of a position there is none", async () => {
  const told = { ...description, position: [0] } as never;
  expect(shiftPeriods(told)).toEqual([null, 4]);
  expect(await difference(told, 0, 4)).toBeGreaterThan(1e-3);
  expect(await difference(told, 1, 4)).toBeLessThan(rounding);
  const walled = { ...description, padding: ["zero", "periodic"] } as never;
  expect(shiftPeriods(walled)).toEqual([null, 4]);
  expect(await difference(walled, 0, 4)).toBeGreaterThan(1e-3);
  expect(await difference(walled, 1, 4)).toBeLessThan(rounding);
  expect(shiftPeriods({ ...description, features: [8], padding: ["reflect", "reflect"] })).toEqual([
    null,
    null,
  ]);
});
